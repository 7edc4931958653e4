// SPDX-License-Identifier: Apache-2.0

// The exported page: the motion, the video it was lifted from, and joint angles over time.

const byId = id => document.getElementById(id);
const data = JSON.parse(byId('data').textContent);

// ---- Data

// Runs of frames in which a person is seen, [begin, end). In each run every channel is coded as
// numbers of 7 bits a byte, little end first: 0 is nothing, else zigzag plus 1 of what is added to
// going on as before. (export/html_data.h)
function decode({runs, channels, step, bytes}) {
  const text = atob(bytes), values = new Float32Array(data.frames * channels).fill(NaN);
  const before = new Float64Array(channels), speed = new Float64Array(channels);
  let at = 0;
  for (const [begin, end] of runs) {
    before.fill(NaN);
    for (let t = begin; t < end; ++t) {
      for (let c = 0; c < channels; ++c) {
        let coded = 0, unit = 1, byte;
        do {
          byte = text.charCodeAt(at++);
          coded += (byte & 127) * unit;
          unit *= 128;
        } while (byte & 128);
        if (coded === 0) continue;
        const added = coded % 2 ? (coded - 1) / 2 : -coded / 2;
        const isFirst = !(before[c] === before[c]);
        const value = isFirst ? added : before[c] + speed[c] + added;
        speed[c] = isFirst ? 0 : value - before[c];
        before[c] = value;
        values[t * channels + c] = value * step;
      }
    }
  }
  return values;
}

const colours = View3D.coloursOf(data.people.map(person => person.id));
const people = data.people.map(person => ({
  id: person.id,
  isShown: true,
  runs: person.joints.runs,
  joints: decode(person.joints),
  angles: decode(person.angles),
  keypoints: person.keypoints ? decode(person.keypoints) : null,
  colours: colours.get(person.id) || View3D.alone,
}));
const jointCount = data.skeleton.names.length, last = Math.max(0, data.frames - 1);
const cuts = data.cuts || [];
let chosen = people[0];

// The pose at a time between frames; null where there is none.
function jointsAt(person, time) {
  const t = Math.min(last, Math.floor(time)), n = 3 * jointCount;
  const now = person.joints.subarray(t * n, t * n + n);
  if (!(now[0] === now[0])) return null;
  const share = time - t, next = person.joints.subarray((t + 1) * n, (t + 2) * n);
  if (share < 0.01 || t >= last || !(next[0] === next[0])) return now;
  return now.map((x, i) => x + (next[i] - x) * share);
}

// ---- The ground

const state = {time: 0, isPlaying: false, speed: 1, loops: true, trails: false, follows: false};
let view = null;
try {
  view = new View3D(byId('view'), {skeleton: data.skeleton, onOrbit: () => press('camera', false)});
} catch (error) {
  const note = document.createElement('p');
  note.id = 'failure';
  note.textContent = error.message;
  byId('space').append(note);
}

// Of the frame that is shown; a camera that stands still is the same in all.
function cameraNow() {
  return data.cameras ? data.cameras[Math.min(data.cameras.length - 1, Math.floor(state.time))] : data.camera;
}

function cameraForward() {
  if (!data.camera) return [0, 1, 0];
  const [w, x, y, z] = cameraNow().rotation;
  return [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)];
}

function lookAround() {
  if (!view) return;
  const low = [Infinity, Infinity, 0], high = [-Infinity, -Infinity, 1.7], roots = [];
  for (const person of people) {
    const stride = 3 * jointCount * Math.max(1, Math.floor(data.frames / 2000));
    for (let i = 0; i < person.joints.length; i += stride) {
      if (person.joints[i] === person.joints[i]) roots.push([person.joints[i], person.joints[i + 1], person.joints[i + 2]]);
    }
  }
  if (!roots.length) roots.push([0, 0, 1]);
  // A few outlier frames do not change the view of all others.
  for (let axis = 0; axis < 2; ++axis) {
    const sorted = roots.map(root => root[axis]).sort((a, b) => a - b);
    low[axis] = sorted[Math.floor(0.02 * (sorted.length - 1))] - 0.45;
    high[axis] = sorted[Math.ceil(0.98 * (sorted.length - 1))] + 0.45;
  }
  const forward = cameraForward(), size = Math.max(high[0] - low[0], high[1] - low[1]);
  view.home.azimuth = Math.atan2(-forward[0], forward[1]) - 0.35;
  view.home.elevation = 0.26;
  state.follows = people.length === 1 && size > 4.5;
  if (state.follows) {
    const root = roots[0];
    view.frameOn([root[0] - 1, root[1] - 1, 0], [root[0] + 1, root[1] + 1, 1.9]);
  } else {
    view.frameOn(low, high);
  }
  view.showLabels = people.length > 1;
  view.colours = colours;
  drawCamera();
}

function drawCamera() {
  const camera = cameraNow();
  if (!camera) return;
  view.camera = {...camera, aspect: data.width / Math.max(1, data.height),
                 spread: data.width / 2 / camera.focal};
}

function rootOf(person) {
  const joints = person && jointsAt(person, state.time);
  return joints ? [joints[0], joints[1], joints[2]] : null;
}

function showCamera() {
  const forward = cameraForward(), root = rootOf(chosen) || view.home.target;
  const camera = cameraNow(), position = camera ? camera.position : [root[0], root[1] - 4, root[2]];
  const depth = Math.max(1, root.reduce((sum, x, i) => sum + (x - position[i]) * forward[i], 0));
  view.azimuth = Math.atan2(-forward[0], forward[1]);
  view.elevation = Math.asin(Math.max(-1, Math.min(1, -forward[2])));
  view.target = position.map((x, i) => x + forward[i] * depth);
  view.distance = camera ? depth * Math.max(0.2, Math.min(8, data.height / 2 / camera.focal / Math.tan(19 * Math.PI / 180)))
                         : 4;
  setFollows(false);
  view.redraw();
}

function setFollows(on) {
  state.follows = on;
  press('follow', on);
}

// Wrists, ankles and the head of the last second, and the way of the hips on the floor.
function trailsNow() {
  if (!state.trails) return [];
  const ends = ['left_wrist', 'right_wrist', 'left_ankle', 'right_ankle'];
  const trails = [], to = Math.floor(state.time), n = 3 * jointCount;
  for (const person of people.filter(one => one.isShown)) {
    const run = person.runs.find(([begin, end]) => begin <= to && to < end);
    if (!run) continue;
    const add = (seconds, colour, radius, at) => {
      const first = Math.max(run[0], to - Math.round(seconds * data.fps));
      const skip = Math.max(1, Math.floor((to - first) / 60)), points = [];
      for (let t = to - Math.floor((to - first) / skip) * skip; t <= to; t += skip) points.push(at(t * n));
      if (points.length > 1) trails.push({points, colour, radius});
    };
    for (const name of ends) {
      const j = data.skeleton.names.indexOf(name);
      if (j < 0) continue;
      add(1, person.colours[name.startsWith('left') ? 'left' : 'right'], 0.014,
          i => [person.joints[i + 3 * j], person.joints[i + 3 * j + 1], person.joints[i + 3 * j + 2]]);
    }
    add(8, person.colours.centre, 0.016, i => [person.joints[i], person.joints[i + 1], 0.01]);
  }
  return trails;
}

// ---- The video

const video = byId('video'), overlay = byId('overlay');
let hasVideo = false, mediaTime = null;

function startVideo(source) {
  byId('source').hidden = false;
  byId('missing').hidden = true;
  video.src = source;
  overlay.width = data.width;
  overlay.height = data.height;
}
video.addEventListener('loadedmetadata', () => { hasVideo = true; seekVideo(); });
video.addEventListener('error', () => {
  hasVideo = false;
  byId('missing').hidden = false;
  byId('missing').firstChild.textContent = `The video is not beside this page, or this browser cannot play it: ${data.video}`;
  if (state.isPlaying) lastTick = null;
});
byId('file').addEventListener('change', event => {
  if (event.target.files[0]) startVideo(URL.createObjectURL(event.target.files[0]));
});
if (video.requestVideoFrameCallback) {
  const shown = (now, frame) => {
    mediaTime = frame.mediaTime;
    video.requestVideoFrameCallback(shown);
  };
  video.requestVideoFrameCallback(shown);
}
if (data.video) startVideo(data.video);

// The middle of the frame, so that rounding does not show its neighbour.
function seekVideo() {
  mediaTime = null;
  if (hasVideo) video.currentTime = data.start + (Math.floor(state.time) + 0.5) / data.fps;
}

function drawOverlay() {
  if (byId('source').hidden || !data.layout) return;
  const context = overlay.getContext('2d'), t = Math.floor(state.time), n = data.layout.names.length;
  const side = j => data.layout.names[j].startsWith('left') ? 'left'
                  : data.layout.names[j].startsWith('right') ? 'right' : 'centre';
  context.clearRect(0, 0, overlay.width, overlay.height);
  context.lineCap = 'round';
  context.lineWidth = Math.max(2, data.height / 150);
  context.globalAlpha = 0.9;
  for (const person of people) {
    if (!person.isShown || !person.keypoints) continue;
    const at = j => [person.keypoints[2 * (t * n + j)], person.keypoints[2 * (t * n + j) + 1]];
    for (const [a, b] of data.layout.bones) {
      if (!(at(a)[0] + at(b)[0] < Infinity)) continue;
      context.strokeStyle = View3D.css(person.colours[side(a) === side(b) ? side(a) : 'centre']);
      context.beginPath();
      context.moveTo(...at(a));
      context.lineTo(...at(b));
      context.stroke();
    }
  }
}

// ---- Time

let lastTick = null;

function setTime(time, fromVideo = false) {
  state.time = Math.max(0, Math.min(last, time));
  if (!fromVideo) seekVideo();
  update();
}

function play(on) {
  if (data.frames < 2) on = false;
  if (on && state.time >= last) setTime(0);
  state.isPlaying = on;
  byId('play').classList.toggle('playing', on);
  byId('play').setAttribute('aria-label', on ? 'pause' : 'play');
  lastTick = null;
  if (hasVideo) {
    video.playbackRate = state.speed;
    if (on) video.play().catch(() => {}); else video.pause();
  }
  if (on) requestAnimationFrame(tick); else setTime(Math.floor(state.time));
}

// The video leads if there is one, so that audio and video never stutter.
function tick(now) {
  if (!state.isPlaying) return;
  const passed = lastTick === null ? 0 : Math.min(0.25, (now - lastTick) / 1000);
  lastTick = now;
  let time = state.time + passed * state.speed * data.fps;
  const leads = hasVideo && !video.paused && !video.ended;
  if (leads && video.seeking) time = state.time;
  else if (leads) time = ((mediaTime === null ? video.currentTime : mediaTime) - data.start) * data.fps + 0.01;
  if (time >= last || hasVideo && video.ended) {
    if (!state.loops) {
      setTime(last, true);
      play(false);
      return;
    }
    setTime(0);
    if (hasVideo) video.play().catch(() => {});
  } else {
    setTime(leads ? Math.floor(time) : time, true);
  }
  requestAnimationFrame(tick);
}

function clock(frame) {
  const seconds = frame / data.fps, minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - 60 * minutes).toFixed(2).padStart(5, '0')}`;
}

function sceneAt(frame) {
  if (!cuts.length) return '';
  return ` &nbsp; scene ${1 + cuts.filter(cut => cut <= frame).length} of ${1 + cuts.length}`;
}

function update() {
  const t = Math.floor(state.time), done = last ? 100 * state.time / last : 0;
  byId('scrub').value = t;
  byId('scrub').style.setProperty('--done', done + '%');
  byId('head').style.left = done + '%';
  byId('time').innerHTML = `<b>${clock(t)}</b> / ${clock(last)}<span> &nbsp; frame ${t}${sceneAt(t)}</span>`;
  showValues(t);
  drawOverlay();
  if (!view) return;
  const root = rootOf(chosen);
  if (state.follows && root) {
    view.target[0] = root[0];
    view.target[1] = root[1];
  }
  if (data.cameras) {
    drawCamera();
    if (byId('camera').getAttribute('aria-pressed') === 'true') showCamera();
  }
  view.trails = trailsNow();
  view.setFrame(people.filter(person => person.isShown)
      .map(person => ({id: person.id, joints: jointsAt(person, state.time)}))
      .filter(person => person.joints));
}

// ---- Joint angles

const groups = [];
data.angles.forEach((name, index) => {
  const side = name.startsWith('left_') ? 'left' : name.startsWith('right_') ? 'right' : 'centre';
  const joint = name.replace(/^(left|right)_/, '').replace(/_(flexion|elevation)$/, '');
  let group = groups.find(one => one.joint === joint);
  if (!group) groups.push(group = {joint, lines: []});
  group.lines.push({side, index});
});
let group = groups.find(one => one.joint === 'knee') || groups[0];

function angleOf(person, t, index) {
  return person.angles[t * data.angles.length + index];
}

function drawChart() {
  const canvas = byId('chart'), ratio = Math.min(2, devicePixelRatio || 1);
  const width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
  if (!width || !height) return;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d'), rows = people.length > 1 ? people.length : 0;
  const row = Math.min(6 * ratio, height * 0.4 / Math.max(1, rows)), bottom = height - rows * row - 3 * ratio;
  const x = t => last ? t / last * width : 0;
  people.forEach((person, i) => {
    if (!rows) return;
    context.fillStyle = View3D.css(person.colours.centre);
    context.globalAlpha = person.isShown ? person === chosen ? 1 : 0.6 : 0.2;
    for (const [begin, end] of person.runs) {
      context.fillRect(x(begin), height - (rows - i) * row, Math.max(1, x(end - 1) - x(begin)), row - ratio);
    }
  });
  context.globalAlpha = 1;
  if (!chosen || !group) return;
  let low = 0, high = 30;
  for (const {index} of group.lines) {
    for (let t = 0; t <= last; ++t) {
      const angle = angleOf(chosen, t, index);
      if (angle < low) low = angle;
      if (angle > high) high = angle;
    }
  }
  const y = angle => bottom - (angle - low) / (high - low) * (bottom - 6 * ratio);
  const every = [10, 20, 30, 45, 60, 90, 180].find(n => (high - low) / n <= 4) || 360;
  context.font = `${10 * ratio}px system-ui, sans-serif`;
  context.lineWidth = ratio;
  for (let mark = Math.ceil(low / every) * every; mark <= high; mark += every) {
    context.strokeStyle = 'rgb(255 255 255 / .07)';
    context.beginPath();
    context.moveTo(0, Math.round(y(mark)) + 0.5);
    context.lineTo(width, Math.round(y(mark)) + 0.5);
    context.stroke();
    context.fillStyle = 'rgb(150 157 170 / .8)';
    context.fillText(mark + '°', 5 * ratio, Math.max(10 * ratio, y(mark) - 2 * ratio));
  }
  context.lineWidth = 1.6 * ratio;
  context.lineJoin = 'round';
  for (const {side, index} of group.lines) {
    context.strokeStyle = View3D.css(View3D.alone[side]);
    context.beginPath();
    for (const [begin, end] of chosen.runs) {
      for (let t = begin; t < end; ++t) {
        const place = [x(t), y(angleOf(chosen, t, index))];
        if (t === begin) context.moveTo(...place); else context.lineTo(...place);
      }
    }
    context.stroke();
  }
}

function showValues(t) {
  if (!chosen || !group) return;
  byId('values').innerHTML = group.lines.map(({side, index}) => {
    const angle = angleOf(chosen, t, index);
    const number = angle === angle ? Math.round(angle) + '°' : '–';
    const name = side === 'centre' ? '' : side;
    return `<span class="name">${name}</span> <b style="color:${View3D.css(View3D.alone[side])}">${number}</b>`;
  }).join(' &nbsp; ');
}

function chooseGroup(one) {
  group = one;
  [...byId('tabs').children].forEach((tab, i) => tab.setAttribute('aria-selected', groups[i] === one));
  drawChart();
  update();
}

// ---- People

function showPeople() {
  byId('people').replaceChildren(...(people.length < 2 ? [] : people).map((person, i) => {
    const button = document.createElement('button'), dot = document.createElement('i');
    button.style.setProperty('--colour', View3D.css(person.colours.centre));
    button.append(dot, `Person ${person.id}`);
    button.title = `angles of this person; once more: hide (${i + 1})`;
    button.className = (person.isShown ? '' : 'off ') + (person === chosen ? 'chosen' : '');
    button.setAttribute('aria-pressed', person.isShown);
    button.onclick = () => {
      if (person === chosen || !person.isShown) person.isShown = !person.isShown;
      if (person.isShown) chosen = person;
      refresh();
    };
    return button;
  }));
}

function refresh() {
  showPeople();
  drawChart();
  update();
}

// ---- Controls

function press(id, on) {
  byId(id).setAttribute('aria-pressed', on);
}

const actions = {
  play: () => play(!state.isPlaying),
  step(frames) {
    if (state.isPlaying) play(false);
    setTime(Math.floor(state.time) + frames);
  },
  speed(by) {
    const speed = byId('speed');
    speed.selectedIndex = Math.max(0, Math.min(speed.options.length - 1, speed.selectedIndex + by));
    speed.onchange();
  },
  trails() {
    press('trails', state.trails = !state.trails);
    update();
  },
  follow() {
    setFollows(!state.follows);
    update();
  },
  camera() {
    if (!view) return;
    showCamera();
    press('camera', true);
  },
  reset() {
    if (!view) return;
    view.reset();
    press('camera', false);
    update();
  },
  loop: () => press('loop', state.loops = !state.loops),
  ask: () => byId('help').open ? byId('help').close() : byId('help').showModal(),
};
for (const id of ['play', 'trails', 'follow', 'camera', 'reset', 'loop', 'ask']) byId(id).onclick = actions[id];
byId('back').onclick = () => actions.step(-1);
byId('next').onclick = () => actions.step(1);
byId('speed').onchange = () => {
  state.speed = Number(byId('speed').value);
  if (hasVideo) video.playbackRate = state.speed;
};
for (const cut of cuts) {
  const tick = document.createElement('i');
  tick.style.left = 100 * cut / last + '%';
  byId('cuts').append(tick);
}
byId('scrub').max = last;
byId('scrub').oninput = event => setTime(Number(event.target.value));

const strip = byId('strip');
const scrubTo = event => {
  const box = strip.getBoundingClientRect();
  setTime(Math.round((event.clientX - box.left) / box.width * last));
};
strip.addEventListener('pointerdown', event => {
  try { strip.setPointerCapture(event.pointerId); } catch { /* not a real pointer */ }
  scrubTo(event);
});
strip.addEventListener('pointermove', event => { if (event.buttons) scrubTo(event); });

const keys = {
  ' ': actions.play, Home: () => setTime(0), End: () => setTime(last),
  ArrowUp: () => actions.speed(1), ArrowDown: () => actions.speed(-1),
  t: actions.trails, f: actions.follow, v: actions.camera, r: actions.reset, l: actions.loop,
  '?': actions.ask,
};
// Space is for playing after a click on a button, too, and for the button that tab went to.
addEventListener('click', event => {
  const button = event.detail && event.target.closest('button');
  if (button) button.blur();
});
addEventListener('keydown', event => {
  if ((event.key === ' ' || event.key === 'Enter') && document.activeElement.closest('button')) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (byId('help').open && event.key !== '?') return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const frames = {ArrowLeft: -1, ArrowRight: 1}[key];
  if (frames) actions.step(frames * (event.shiftKey ? Math.round(data.fps) : 1));
  else if (keys[key]) keys[key]();
  else if (key >= '1' && key <= '9' && people[key - 1]) {
    people[key - 1].isShown = !people[key - 1].isShown;
    refresh();
  } else return;
  event.preventDefault();
});

byId('tabs').append(...groups.map(one => {
  const tab = document.createElement('button');
  tab.role = 'tab';
  tab.textContent = one.joint[0].toUpperCase() + one.joint.slice(1);
  tab.onclick = () => chooseGroup(one);
  return tab;
}));
new ResizeObserver(drawChart).observe(strip);
lookAround();
press('trails', state.trails);
press('follow', state.follows);
press('camera', false);
press('loop', state.loops);
showPeople();
if (group) chooseGroup(group);
// page.html#frame=100 begins there, else at the first frame with a person.
const asked = /^#frame=(\d+)$/.exec(location.hash);
setTime(asked ? Number(asked[1]) : Math.min(last, ...people.map(person => person.runs.length ? person.runs[0][0] : last)));
