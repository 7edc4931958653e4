// SPDX-License-Identifier: Apache-2.0

// Shared by the scripts that use a page as a user would.
'use strict';
const wait = ms => new Promise(done => setTimeout(done, ms));

// How many pixels of the view are drawn over. What WebGL drew is there only until the browser has
// shown it, hence anew.
function solidPixels(view, canvas) {
  view.draw();
  const gl = view.gl, pixels = new Uint8Array(4 * canvas.width * canvas.height);
  gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  let count = 0;
  for (let i = 3; i < pixels.length; i += 4) count += pixels[i] === 255;
  return count;
}

// Waits until `holds`; what never does is one of `errors`.
async function waitUntil(errors, what, holds) {
  for (let i = 0; i < 6000; ++i) {
    if (holds()) return;
    await wait(10);
  }
  errors.push('never: ' + what);
}

// For the test, in <pre id="result">.
function leaveResult(result) {
  const note = document.createElement('pre');
  note.id = 'result';
  note.hidden = true;
  note.textContent = JSON.stringify(result);
  document.body.append(note);
}
