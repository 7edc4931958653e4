// SPDX-License-Identifier: Apache-2.0

// Plays and scrubs the exported page with its video, and leaves what was shown in
// <pre id="result">. Frame k of the video is gray of 20 + 4 k, so a look at its pixels tells which
// frame is shown.
'use strict';
(async () => {
  const result = {errors: window.errorsSeen, still: [], played: []};
  const until = (what, holds) => waitUntil(result.errors, what, holds);
  const key = name => dispatchEvent(new KeyboardEvent('keydown', {key: name, bubbles: true}));
  const copy = document.createElement('canvas').getContext('2d');
  const shown = () => {
    copy.drawImage(video, 0, 0, 4, 4);
    return (copy.getImageData(1, 1, 1, 1).data[0] - 20) / 4;
  };
  const settled = () => until('video sought', () => !video.seeking && video.readyState >= 2);
  const scrubTo = async frame => {
    byId('scrub').value = frame;
    byId('scrub').dispatchEvent(new Event('input'));
    await settled();
    await wait(60);
    result.still.push({frame: Math.floor(state.time), video: shown()});
  };
  try {
    await until('video loaded', () => hasVideo && video.readyState >= 2);
    result.isShown = !byId('source').hidden && byId('missing').hidden;
    for (const frame of [30, 7, 44, 0]) await scrubTo(frame);
    key('ArrowRight');
    await settled();
    await wait(60);
    result.still.push({frame: Math.floor(state.time), video: shown()});

    // What the browser shows, as it says so, and which pose the page then has. Slowly, for machines
    // that have other things to do.
    byId('loop').click();
    byId('speed').value = '0.25';
    byId('speed').onchange();
    result.rate = video.playbackRate;
    key(' ');
    let looks = true;
    const look = (now, metadata) => {
      const pair = {shown: Math.floor(metadata.mediaTime * data.fps + 0.01), video: shown()};
      requestAnimationFrame(() => {
        if (mediaTime !== metadata.mediaTime || !looks) return;
        pair.frame = Math.floor(state.time);
        result.played.push(pair);
      });
      if (looks) video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
    await until('video plays', () => result.played.length > 8 || !state.isPlaying);
    looks = false;
    if (state.isPlaying) key(' ');
    await settled();
    await wait(60);
    result.paused = video.paused && !state.isPlaying;
    result.still.push({frame: Math.floor(state.time), video: shown()});
    const before = state.time;
    await wait(200);
    result.stays = state.time === before;

    byId('speed').value = '4';
    byId('speed').onchange();
    key('End');
    await settled();
    key('ArrowLeft');
    await settled();
    key(' ');
    await until('it ends', () => !state.isPlaying);
    result.endsAt = state.time;
  } catch (error) {
    result.errors.push(String(error && error.stack || error));
  }
  leaveResult(result);
})();
