// SPDX-License-Identifier: Apache-2.0

// The page that `videopose live --serve` serves: the camera's image, and people in 3D.

const element = id => document.getElementById(id);
// COCO's 17 keypoints: left ones are odd.
const bones2d = [[0, 1], [0, 2], [1, 3], [2, 4], [5, 6], [5, 7], [7, 9], [6, 8], [8, 10], [5, 11],
                 [6, 12], [11, 12], [11, 13], [13, 15], [12, 14], [14, 16]];
const side2d = (a, b) => a % 2 !== b % 2 || a === 0 || b === 0 ? 'centre' : a % 2 ? 'left' : 'right';
// Human3.6M's 17 joints, then heels, toes and knuckles, which may be missing.
const body25 = {
  names: ['hip', 'right_hip', 'right_knee', 'right_ankle', 'left_hip', 'left_knee', 'left_ankle',
          'spine', 'thorax', 'neck_base', 'head', 'left_shoulder', 'left_elbow', 'left_wrist',
          'right_shoulder', 'right_elbow', 'right_wrist', 'left_heel', 'left_toe', 'right_heel',
          'right_toe', 'left_index', 'left_pinky', 'right_index', 'right_pinky'],
  parents: [-1, 0, 1, 2, 0, 4, 5, 0, 7, 8, 9, 8, 11, 12, 8, 14, 15, 6, 6, 3, 3, 13, 13, 16, 16],
};
let view = null, times = [];
try {
  view = new View3D(element('space'), {skeleton: body25});
  Object.assign(view.home, {distance: 4.4, azimuth: -0.35, elevation: 0.22});
  view.reset();
} catch (error) {
  element('state').value = error.message;
}

// Results are sent before their frames, which have to be encoded, on a separate connection; they
// wait here by frame number.
const results = new Map();
let newestResult = -1, onResult = () => {};

function remember(result) {
  if (result.frame < newestResult) results.clear();  // the program was started anew
  results.set(result.frame, result);
  if (results.size > 120) results.delete(results.keys().next().value);
  newestResult = result.frame;
  onResult();
}

// The result of that frame; undefined if it does not arrive soon.
async function resultOf(frame) {
  if (newestResult < frame) {
    await Promise.race([
      new Promise(done => { onResult = () => newestResult >= frame && done(); }),
      new Promise(done => setTimeout(done, 300)),
    ]);
  }
  return results.get(frame);
}

function drawBones(context, result, scale) {
  context.lineWidth = Math.max(2, context.canvas.height / 150);
  context.lineCap = 'round';
  for (const person of result.people) {
    for (const [a, b] of bones2d) {
      const from = person.keypoints[a], to = person.keypoints[b];
      if (!(from[2] > 0.3 && to[2] > 0.3)) continue;
      context.strokeStyle = View3D.css(result.colours.get(person.id)[side2d(a, b)]);
      context.beginPath();
      context.moveTo(scale * from[0], scale * from[1]);
      context.lineTo(scale * to[0], scale * to[1]);
      context.stroke();
    }
  }
}

async function showImage({frame, jpeg}) {
  const [bitmap, result] = await Promise.all([createImageBitmap(jpeg), resultOf(frame)]);
  const canvas = element('picture');
  if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
  }
  const context = canvas.getContext('2d');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  if (result) drawBones(context, result, canvas.width / result.width_px);
  canvas.dataset.frame = frame;
  canvas.dataset.bones = result ? result.frame : '';
}

// If frames arrive faster than they can be shown, the newest one is shown.
let offered = null, isShowing = false;

async function offerImage(part) {
  offered = part;
  if (isShowing) return;
  isShowing = true;
  while (offered) {
    const next = offered;
    offered = null;
    await showImage(next).catch(() => {});
  }
  isShowing = false;
}

// The first part of multipart JPEG that is whole, and where the bytes after it begin.
function firstPart(bytes) {
  let body = bytes.findIndex((byte, i) => byte === 13 && bytes[i + 1] === 10 &&
                                          bytes[i + 2] === 13 && bytes[i + 3] === 10);
  if (body < 0) return null;
  const head = new TextDecoder().decode(bytes.subarray(0, body));
  const numberOf = name => Number(new RegExp(`${name}: (\\d+)`).exec(head)[1]);
  body += 4;
  const end = body + numberOf('Content-Length');
  if (bytes.length < end) return null;
  return {frame: numberOf('X-Frame'), jpeg: new Blob([bytes.subarray(body, end)]), end};
}

async function watchImages() {
  const response = await fetch('/picture' + location.search);
  if (!response.ok) throw new Error(response.status);
  const reader = response.body.getReader();
  let bytes = new Uint8Array();
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return;
    const longer = new Uint8Array(bytes.length + value.length);
    longer.set(bytes);
    longer.set(value, bytes.length);
    bytes = longer;
    for (let part; (part = firstPart(bytes)); bytes = bytes.subarray(part.end)) {
      offerImage(part);
    }
  }
}

function drawSpace(result) {
  const shown = result.people.filter(person => person.world)
      .map(({id, world}) => ({id, joints: world.flat()}));
  const count = shown.length ? shown[0].joints.length / 3 : view.body.parents.length;
  if (count !== view.body.parents.length) {
    view.body = new View3D.Body({names: body25.names.slice(0, count),
                                 parents: body25.parents.slice(0, count)});
  }
  if (shown.length) {
    for (const axis of [0, 1]) {
      const middle = shown.reduce((sum, {joints}) => sum + joints[axis], 0) / shown.length;
      const ahead = middle - view.target[axis];  // far: the first look, or another world
      view.target[axis] += Math.abs(ahead) > 1.5 ? ahead : 0.1 * ahead;
    }
  }
  view.camera = result.camera_rotation ? {
    rotation: result.camera_rotation, position: result.camera_position,
    aspect: result.width_px / result.height_px, spread: result.width_px / 2 / result.focal_px,
  } : null;
  view.colours = result.colours;
  view.showLabels = result.people.length > 1;
  view.setFrame(shown);
}

function show(result) {
  const now = performance.now();
  times = times.filter(time => now - time < 2000);
  times.push(now);
  result.colours = View3D.coloursOf(result.people.map(person => person.id));
  element('title').className = 'on';
  element('delay').value = result.delay_ms.toFixed(0) + ' ms';
  if (now - times[0] > 500) {  // results may come in bursts
    element('rate').value = ((times.length - 1) * 1000 / (now - times[0])).toFixed(1) + ' fps';
  }
  element('dropped').value = result.dropped;
  element('people').value = result.people.length;
  element('state').value = '';
  remember(result);
  if (view) drawSpace(result);
}

const events = new EventSource('/events' + location.search);
events.onmessage = event => show(JSON.parse(event.data));
events.onerror = () => {
  element('title').className = '';
  element('state').value = 'no connection; trying again';
};
(async () => {
  for (;;) {
    await watchImages().catch(() => {});
    await new Promise(done => setTimeout(done, 1000));
  }
})();
