#include "videopose/live/live_page.h"

namespace videopose {

std::string_view LivePage() {
  return R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>videopose live</title>
<style>
  :root { color-scheme: dark; }
  body { margin: 0; background: #14161a; color: #d8dce3; font: 15px/1.4 system-ui, sans-serif; }
  header { display: flex; gap: 1.5em; align-items: baseline; padding: .6em 1em; flex-wrap: wrap; }
  header b { font-weight: 600; }
  header span { color: #8b93a1; }
  header output { color: #d8dce3; font-variant-numeric: tabular-nums; }
  main { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 8px;
         padding: 0 8px 8px; }
  .panel { position: relative; background: #1c1f25; border-radius: 6px; overflow: hidden;
           aspect-ratio: 4 / 3; }
  .panel > * { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
  #space { cursor: grab; touch-action: none; }
</style>
<header>
  <b>videopose live</b>
  <span>delay <output id="delay">-</output></span>
  <span>rate <output id="rate">-</output></span>
  <span>dropped <output id="dropped">-</output></span>
  <span>people <output id="people">-</output></span>
  <output id="state">waiting for pictures</output>
</header>
<main>
  <div class="panel"><img id="picture" src="/picture" alt=""><canvas id="overlay"></canvas></div>
  <div class="panel"><canvas id="space"></canvas></div>
</main>
<script>
'use strict';
const element = id => document.getElementById(id);
const colours = {left: '#4fa3ff', right: '#ff8a4c', centre: '#c9ced8'};
// COCO's 17 keypoints: left ones are odd.
const bones2d = [[0, 1], [0, 2], [1, 3], [2, 4], [5, 6], [5, 7], [7, 9], [6, 8], [8, 10], [5, 11],
                 [6, 12], [11, 12], [11, 13], [13, 15], [12, 14], [14, 16]];
// Human3.6M's 17 joints by parent: 1-3 and 14-16 are right, 4-6 and 11-13 left.
const parents = [-1, 0, 1, 2, 0, 4, 5, 0, 7, 8, 9, 8, 11, 12, 8, 14, 15];
const side2d = (a, b) => a % 2 !== b % 2 || a === 0 || b === 0 ? 'centre' : a % 2 ? 'left' : 'right';
const side3d = j => j >= 1 && j <= 3 || j >= 14 ? 'right'
                  : j >= 4 && j <= 6 || j >= 11 && j <= 13 ? 'left' : 'centre';

function fit(canvas, width, height) {
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, width, height);
  return context;
}

function drawOverlay(result) {
  const context = fit(element('overlay'), result.width_px, result.height_px);
  context.lineWidth = Math.max(2, result.height_px / 160);
  context.lineCap = 'round';
  for (const person of result.people) {
    for (const [a, b] of bones2d) {
      const from = person.keypoints[a], to = person.keypoints[b];
      if (!(from[2] > 0.3 && to[2] > 0.3)) continue;
      context.strokeStyle = colours[side2d(a, b)];
      context.beginPath();
      context.moveTo(from[0], from[1]);
      context.lineTo(to[0], to[1]);
      context.stroke();
    }
  }
}

const view = {azimuth: 0.35, elevation: 0.26};
const space = element('space');
space.addEventListener('pointermove', event => {
  if (!event.buttons) return;
  view.azimuth += event.movementX / 150;
  view.elevation = Math.max(-1.5, Math.min(1.5, view.elevation + event.movementY / 150));
  if (newest) drawSpace(newest);
});
space.addEventListener('pointerdown', event => space.setPointerCapture(event.pointerId));

// Camera frame (x right, y down, z forward) to the panel; distance 4 m, the hips at the middle.
function project(point, width, height) {
  const ca = Math.cos(view.azimuth), sa = Math.sin(view.azimuth);
  const ce = Math.cos(view.elevation), se = Math.sin(view.elevation);
  const x = point[0] * ca - point[2] * sa, forward = point[0] * sa + point[2] * ca;
  const y = point[1] * ce + forward * se, depth = 4 - point[1] * se + forward * ce;
  const scale = height * 1.6 / Math.max(0.5, depth);
  return [width / 2 + x * scale, height / 2 + y * scale];
}

function drawSpace(result) {
  const box = space.getBoundingClientRect(), ratio = window.devicePixelRatio || 1;
  const width = Math.round(box.width * ratio), height = Math.round(box.height * ratio);
  const context = fit(space, width, height);
  const people = result.people.filter(person => person.joints);
  const floor = Math.max(0.9, ...people.flatMap(person => person.joints.map(joint => joint[1])));
  const line = (a, b) => {
    context.beginPath();
    context.moveTo(...project(a, width, height));
    context.lineTo(...project(b, width, height));
    context.stroke();
  };
  context.lineWidth = ratio;
  context.strokeStyle = '#343a45';
  for (let i = -4; i <= 4; ++i) {
    line([i / 2, floor, -2], [i / 2, floor, 2]);
    line([-2, floor, i / 2], [2, floor, i / 2]);
  }
  context.lineWidth = Math.max(3, height / 110);
  context.lineCap = 'round';
  people.forEach((person, n) => {
    const beside = (n - (people.length - 1) / 2) * 1.2;
    const joints = person.joints.map(([x, y, z]) => [x + beside, y, z]);
    parents.forEach((parent, j) => {
      if (parent < 0) return;
      context.strokeStyle = colours[side3d(j)];
      line(joints[parent], joints[j]);
    });
  });
}

let newest = null, times = [];
function show(result) {
  newest = result;
  const now = performance.now();
  times = times.filter(time => now - time < 2000);
  times.push(now);
  element('delay').value = result.delay_ms.toFixed(0) + ' ms';
  if (times.length > 1) {
    element('rate').value =
        ((times.length - 1) * 1000 / (now - times[0])).toFixed(1) + ' fps';
  }
  element('dropped').value = result.dropped;
  element('people').value = result.people.length;
  element('state').value = '';
  document.querySelectorAll('.panel').forEach(
      panel => { panel.style.aspectRatio = result.width_px + ' / ' + result.height_px; });
  drawOverlay(result);
  drawSpace(result);
}

const events = new EventSource('/events');
events.onmessage = event => show(JSON.parse(event.data));
events.onerror = () => { element('state').value = 'no connection; trying again'; };
events.onopen = () => { element('picture').src = '/picture?' + Date.now(); };
</script>
</html>
)html";
}

}  // namespace videopose
