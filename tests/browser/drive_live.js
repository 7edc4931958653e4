// SPDX-License-Identifier: Apache-2.0

// Watches the live page as a user would, and leaves what was shown in <pre id="result">.
'use strict';
(async () => {
  const result = {errors: window.errorsSeen, frames: []};
  const until = (what, holds) => waitUntil(result.errors, what, holds);
  const canvas = element('picture'), space = element('space');
  // What WebGL drew is there only until the browser has shown it.
  const body = () => { view.draw(); return space.toDataURL(); };
  const solid = () => solidPixels(view, space);
  const note = () => {
    if (!('frame' in canvas.dataset)) return;
    const frame = Number(canvas.dataset.frame);
    if (result.frames.at(-1)?.frame !== frame) result.frames.push({frame, bones: canvas.dataset.bones});
  };
  new MutationObserver(note).observe(canvas, {attributes: true, attributeFilter: ['data-bones']});
  try {
    await until('frames', () => result.frames.length > 12);
    await until('a person', () => element('people').value === '1');
    await until('a body', () => solid() > 1000);
    await until('a rate', () => element('rate').value.endsWith('fps'));
    result.width = canvas.width;
    result.bodyPixels = solid();
    result.people = element('people').value;
    result.delay = element('delay').value;
    result.rate = element('rate').value;
    const before = body();
    await until('movement', () => body() !== before);
    result.moves = true;

    const azimuth = view.azimuth, box = space.getBoundingClientRect();
    const point = (type, x) => space.dispatchEvent(new PointerEvent(type, {
      pointerId: 1, clientX: box.left + x, clientY: box.top + 100, buttons: 1, bubbles: true}));
    point('pointerdown', 100);
    point('pointermove', 180);
    point('pointerup', 180);
    result.orbits = Math.abs(view.azimuth - azimuth) > 0.4;

    let came = 0;
    const another = new EventSource('/events');
    another.onmessage = () => ++came;
    await until('results for another viewer', () => came > 5);
    another.close();
    result.another = came > 5;
    result.fits = document.documentElement.scrollWidth <= innerWidth &&
                  document.documentElement.scrollHeight <= innerHeight;
  } catch (error) {
    result.errors.push(String(error && error.stack || error));
  }
  leaveResult(result);
})();
