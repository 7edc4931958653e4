// SPDX-License-Identifier: Apache-2.0

// Uses the exported page as a user would, and leaves what happened in <pre id="result">.
'use strict';
(async () => {
  const result = {errors: window.errorsSeen};
  const key = name => dispatchEvent(new KeyboardEvent('keydown', {key: name, bubbles: true}));
  const canvas = byId('view'), box = canvas.getBoundingClientRect();
  const point = (type, id, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
    pointerId: id, clientX: box.left + x, clientY: box.top + y, buttons: 1, bubbles: true}));
  // What WebGL drew is there only until the browser has shown it.
  const screenshot = () => { view.draw(); return canvas.toDataURL(); };
  const solid = () => solidPixels(view, canvas);
  try {
    result.people = people.length;
    result.firstFrame = state.time;
    result.bodyPixels = solid();
    const start = screenshot();
    key(' ');
    result.plays = state.isPlaying;
    await wait(700);
    result.timePlayed = state.time;
    key(' ');
    result.pauses = !state.isPlaying;
    result.imageMoved = screenshot() !== start;

    byId('scrub').value = 12;
    byId('scrub').dispatchEvent(new Event('input'));
    result.scrubbed = state.time;
    const middle = byId('strip').getBoundingClientRect();
    byId('strip').dispatchEvent(new PointerEvent('pointerdown',
        {pointerId: 1, clientX: middle.left + middle.width / 2, clientY: middle.top + 5, buttons: 1}));
    result.scrubbedToMiddle = state.time / last;
    key('Home');
    key('ArrowRight');
    key('ArrowRight');
    key('ArrowLeft');
    result.stepped = state.time;
    key('End');
    result.atEnd = state.time === last;
    result.scene = byId('time').textContent.includes('scene 3 of 3');
    key('Home');
    result.ticks = [...byId('cuts').children].map(tick => parseFloat(tick.style.left) / 100 * last);

    const before = {azimuth: view.azimuth, distance: view.distance, screenshot: screenshot()};
    point('pointerdown', 1, 100, 100);
    point('pointermove', 1, 180, 120);
    point('pointerup', 1, 180, 120);
    result.orbited = Math.abs(view.azimuth - before.azimuth);
    result.imageTurned = screenshot() !== before.screenshot;
    point('pointerdown', 1, 100, 100);
    point('pointerdown', 2, 140, 100);
    point('pointermove', 2, 180, 100);
    point('pointerup', 1, 100, 100);
    point('pointerup', 2, 180, 100);
    result.pinched = view.distance / before.distance;
    canvas.dispatchEvent(new WheelEvent('wheel', {deltaY: 100, cancelable: true}));
    result.wheeled = view.distance / before.distance > result.pinched;
    key('r');
    result.isReset = view.azimuth === before.azimuth && view.distance === before.distance;

    byId('scrub').value = 20;
    byId('scrub').dispatchEvent(new Event('input'));
    key('t');
    result.trails = view.trails.length;
    key('1');
    result.hidden = view.people.length;
    key('1');
    key('?');
    result.help = byId('help').open;
    key('?');
    result.tabs = [...byId('tabs').children].map(tab => tab.textContent).join(' ');
    result.values = byId('values').textContent;
    // A phone's innerWidth grows with what sticks out.
    const [width, height] = [document.documentElement.clientWidth, document.documentElement.clientHeight];
    const inside = element => {
      const at = element.getBoundingClientRect();
      return at.width === 0 || at.left >= -0.5 && at.right <= width + 0.5
          && at.top >= -0.5 && at.bottom <= height + 0.5;
    };
    result.fits = document.documentElement.scrollWidth <= width;
    result.outside = [...document.querySelectorAll('header, #tools button, main canvas, footer, #bar > *, #scrub')]
        .filter(element => !inside(element)).map(element => element.id || element.tagName);
  } catch (error) {
    result.errors.push(String(error && error.stack || error));
  }
  leaveResult(result);
})();
