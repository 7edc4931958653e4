// SPDX-License-Identifier: Apache-2.0

'use strict';
// People on the ground, in WebGL 2: shared by the exported page and the live one.
//
//   const view = new View3D(canvas, {skeleton: {names: [...], parents: [...]}});
//   view.colours = View3D.coloursOf(ids);        // once all IDs are known, and when they change
//   view.setFrame([{id, joints}, ...]);          // joints: J * 3 numbers, metres, z up
//
// A body is round cones, each an instance of one mesh: a unit ball whose halves sit at both ends.
// Proportions and colours are those of the rendered videos (render/body.cc, theme.cc).

class View3D {
  constructor(canvas, {skeleton, onOrbit = () => {}}) {
    this.canvas = canvas;
    this.body = new View3D.Body(skeleton);
    this.colours = new Map();
    this.people = [];
    this.trails = [];       // {points: [[x, y, z], ...], colour, radius}
    this.camera = null;     // {position, rotation} of the video's camera, drawn as a small frame
    this.showLabels = false;
    this.onOrbit = onOrbit;
    this.home = {target: [0, 0, 0.9], distance: 5.2, azimuth: -0.6, elevation: 0.22};
    this.reset();
    this.labels = document.createElement('div');
    this.labels.className = 'labels';
    canvas.after(this.labels);
    this.gl = canvas.getContext('webgl2', {antialias: true, stencil: true, alpha: true});
    if (!this.gl) throw new Error('this browser has no WebGL 2');
    this.start();
    canvas.addEventListener('webglcontextlost', event => event.preventDefault());
    canvas.addEventListener('webglcontextrestored', () => { this.start(); this.redraw(); });
    this.listen();
    new ResizeObserver(() => this.redraw()).observe(canvas);
  }

  // ---- What is shown

  setFrame(people) {
    this.people = people;
    this.redraw();
  }

  // Looks at all that lies between two corners.
  frameOn(low, high) {
    const size = Math.max(high[0] - low[0], high[1] - low[1], (high[2] - low[2]) * 1.1, 1.7);
    this.home.target = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2,
                        Math.max(0.5, (low[2] + high[2]) / 2)];
    this.home.distance = Math.min(40, 1.6 + size * 1.35);
    this.reset();
  }

  reset() {
    Object.assign(this, this.home, {target: [...this.home.target]});
    this.redraw();
  }

  // Once per displayed frame, however often it is requested.
  redraw() {
    if (this.pending || !this.gl) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.draw();
    });
  }

  // ---- Mouse, touch, wheel

  listen() {
    const pointers = new Map(), canvas = this.canvas;
    const spread = () => {
      const [a, b] = [...pointers.values()];
      return {x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, size: Math.hypot(a.x - b.x, a.y - b.y)};
    };
    canvas.addEventListener('pointerdown', event => {
      try { canvas.setPointerCapture(event.pointerId); } catch { /* not a real pointer */ }
      pointers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    });
    for (const end of ['pointerup', 'pointercancel']) {
      canvas.addEventListener(end, event => pointers.delete(event.pointerId));
    }
    canvas.addEventListener('pointermove', event => {
      const pointer = pointers.get(event.pointerId);
      if (!pointer) return;
      const before = pointers.size === 2 ? spread() : {...pointer};
      Object.assign(pointer, {x: event.clientX, y: event.clientY});
      if (pointers.size === 2) {
        const now = spread();
        this.zoom(before.size / Math.max(1, now.size));
        this.pan(now.x - before.x, now.y - before.y);
      } else if (event.shiftKey || event.buttons & 6) {
        this.pan(pointer.x - before.x, pointer.y - before.y);
      } else {
        this.orbit((before.x - pointer.x) / 160, (pointer.y - before.y) / 160);
      }
    });
    canvas.addEventListener('contextmenu', event => event.preventDefault());
    canvas.addEventListener('dblclick', () => this.reset());
    canvas.addEventListener('wheel', event => {
      event.preventDefault();
      this.zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.002));
    }, {passive: false});
  }

  orbit(azimuth, elevation) {
    this.azimuth += azimuth;
    this.elevation = Math.max(-0.15, Math.min(1.55, this.elevation + elevation));
    this.onOrbit();
    this.redraw();
  }

  zoom(factor) {
    this.distance = Math.max(0.8, Math.min(80, this.distance * factor));
    this.onOrbit();
    this.redraw();
  }

  pan(dx, dy) {
    const {right, up} = this.axes(), step = this.distance / this.canvas.clientHeight * 0.7;
    for (let i = 0; i < 3; ++i) this.target[i] += (up[i] * dy - right[i] * dx) * step;
    this.onOrbit();
    this.redraw();
  }

  // ---- Geometry

  axes() {
    const [ca, sa, ce, se] = [Math.cos(this.azimuth), Math.sin(this.azimuth),
                              Math.cos(this.elevation), Math.sin(this.elevation)];
    // From the target to the eye; azimuth 0 looks along y.
    const back = [sa * ce, -ca * ce, se];
    return {back, right: [ca, sa, 0], up: [-sa * se, ca * se, ce]};
  }

  eye() {
    const {back} = this.axes();
    return this.target.map((at, i) => at + back[i] * this.distance);
  }

  // x_in_clip = P * [right; up; back] * (x - eye), column by column.
  clipFromWorld(aspect) {
    const {right, up, back} = this.axes(), eye = this.eye();
    // The narrower side of the panel sees 38 degrees.
    const focal = 1 / Math.tan(19 * Math.PI / 180) * Math.min(1, aspect);
    const near = this.distance * 0.05, far = this.distance * 4 + 60;
    const z = [(far + near) / (near - far), 2 * far * near / (near - far)];
    const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    const offset = [-dot(right, eye), -dot(up, eye), -dot(back, eye)];
    const columns = [];
    for (let i = 0; i < 3; ++i) {
      columns.push(focal / aspect * right[i], focal * up[i], z[0] * back[i], -back[i]);
    }
    columns.push(focal / aspect * offset[0], focal * offset[1], z[0] * offset[2] + z[1], -offset[2]);
    return new Float32Array(columns);
  }

  // ---- WebGL

  start() {
    const gl = this.gl;
    this.cones = View3D.program(gl, View3D.shaders.coneVertex, View3D.shaders.coneFragment);
    this.floor = View3D.program(gl, View3D.shaders.floorVertex, View3D.shaders.floorFragment);
    const {vertices, triangles} = View3D.ball(20, 14);
    this.count = triangles.length;
    this.vao = gl.createVertexArray();
    gl.bindVertexArray(this.vao);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, new Uint16Array(triangles), gl.STATIC_DRAW);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(vertices), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 4, gl.FLOAT, false, 0, 0);
    this.instances = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.instances);
    for (let i = 0; i < 4; ++i) {
      gl.enableVertexAttribArray(i + 1);
      gl.vertexAttribPointer(i + 1, 4, gl.FLOAT, false, 64, 16 * i);
      gl.vertexAttribDivisor(i + 1, 1);
    }
    gl.bindVertexArray(null);
  }

  draw() {
    const gl = this.gl, canvas = this.canvas;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(canvas.clientHeight * ratio);
    if (!width || !height || gl.isContextLost()) return;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const matrix = this.clipFromWorld(width / height), eye = this.eye();
    const bodies = [], lines = [];
    for (const {id, joints} of this.people) {
      this.body.add(bodies, joints, this.colours.get(id) || View3D.alone);
    }
    for (const trail of this.trails) View3D.addTrail(lines, trail);
    if (this.camera) View3D.addCamera(lines, this.camera);
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT | gl.STENCIL_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);

    gl.disable(gl.DEPTH_TEST);
    gl.useProgram(this.floor.program);
    gl.uniformMatrix4fv(this.floor.at('clip_from_world'), false, matrix);
    gl.uniform3f(this.floor.at('centre'), this.target[0], this.target[1], this.distance);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);

    gl.useProgram(this.cones.program);
    gl.uniformMatrix4fv(this.cones.at('clip_from_world'), false, matrix);
    gl.uniform3fv(this.cones.at('eye'), eye);
    gl.bindVertexArray(this.vao);
    // Shadows, each pixel darkened once; none where one looks from below.
    if (eye[2] > 0) {
      gl.enable(gl.STENCIL_TEST);
      gl.stencilFunc(gl.EQUAL, 0, 255);
      gl.stencilOp(gl.KEEP, gl.KEEP, gl.INCR);
      gl.uniform1f(this.cones.at('is_shadow'), 1);
      this.drawCones(bodies);
      gl.disable(gl.STENCIL_TEST);
    }
    gl.enable(gl.DEPTH_TEST);
    gl.uniform1f(this.cones.at('is_shadow'), 0);
    this.drawCones(bodies.concat(lines));
    gl.bindVertexArray(null);
    this.placeLabels(matrix);
  }

  drawCones(numbers) {
    const gl = this.gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.instances);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(numbers), gl.STREAM_DRAW);
    gl.drawElementsInstanced(gl.TRIANGLES, this.count, gl.UNSIGNED_SHORT, 0, numbers.length / 16);
  }

  // IDs over the heads, as text of the page.
  placeLabels(m) {
    const shown = this.showLabels ? this.people : [];
    while (this.labels.children.length > shown.length) this.labels.lastChild.remove();
    while (this.labels.children.length < shown.length) this.labels.append(document.createElement('span'));
    shown.forEach(({id, joints}, n) => {
      let top = 0;
      for (let j = 1; j < joints.length / 3; ++j) if (joints[3 * j + 2] > joints[3 * top + 2]) top = j;
      const [x, y, z] = [joints[3 * top], joints[3 * top + 1], joints[3 * top + 2] + 0.2];
      const clip = i => m[i] * x + m[4 + i] * y + m[8 + i] * z + m[12 + i], w = clip(3);
      const label = this.labels.children[n];
      label.textContent = id;
      label.style.display = w > 0 ? '' : 'none';
      label.style.color = View3D.css((this.colours.get(id) || View3D.alone).centre);
      label.style.left = 50 + 50 * clip(0) / w + '%';
      label.style.top = 50 - 50 * clip(1) / w + '%';
    });
  }

  // ---- Pieces

  static program(gl, vertex, fragment) {
    const program = gl.createProgram();
    for (const [type, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, '#version 300 es\nprecision highp float;\n' + text);
      gl.compileShader(shader);
      if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
        throw new Error(gl.getShaderInfoLog(shader));
      }
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    const places = new Map();
    const at = name => {
      if (!places.has(name)) places.set(name, gl.getUniformLocation(program, name));
      return places.get(name);
    };
    return {program, at};
  }

  // The equator is there twice, once for each end.
  static ball(sectors, rings) {
    const vertices = [], triangles = [];
    for (let r = 0; r < rings; ++r) {
      const half = rings / 2, end = r >= half ? 1 : 0;
      const polar = Math.PI * (r - end) / (rings - 2);
      for (let s = 0; s <= sectors; ++s) {
        const turn = 2 * Math.PI * s / sectors;
        vertices.push(Math.sin(polar) * Math.cos(turn), Math.sin(polar) * Math.sin(turn),
                      -Math.cos(polar), end);
        if (r === 0 || s === 0) continue;
        const i = r * (sectors + 1) + s, below = i - sectors - 1;
        triangles.push(below - 1, below, i, below - 1, i, i - 1);
      }
    }
    return {vertices, triangles};
  }

  static addCone(out, a, ra, b, rb, colour, part = 0, front = [0, 0, 0]) {
    out.push(a[0], a[1], a[2], ra, b[0], b[1], b[2], rb,
             colour[0] / 255, colour[1] / 255, colour[2] / 255, part, front[0], front[1], front[2], 0);
  }

  // Thinner and fainter towards the past, which comes first.
  static addTrail(out, {points, colour, radius = 0.012}) {
    for (let i = 1; i < points.length; ++i) {
      const now = i / (points.length - 1), before = (i - 1) / (points.length - 1);
      const shade = colour.map((c, k) => c * (0.25 + 0.75 * now) + [30, 34, 42][k] * 0.75 * (1 - now));
      View3D.addCone(out, points[i - 1], radius * (0.2 + 0.8 * before), points[i],
                     radius * (0.2 + 0.8 * now), shade, 3);
    }
  }

  // The camera's pyramid: rotation is the unit quaternion (w, x, y, z) of world_from_cam.
  static addCamera(out, {position, rotation: [w, x, y, z], aspect, spread}) {
    const turn = v => {
      const c = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
      const u = [x, y, z], t = c(u, v).map(n => 2 * n), s = c(u, t);
      return v.map((n, i) => position[i] + n + w * t[i] + s[i]);
    };
    const depth = 0.3, sx = depth * spread, sy = sx / aspect;
    const corners = [[-sx, -sy], [sx, -sy], [sx, sy], [-sx, sy]].map(([cx, cy]) => turn([cx, cy, depth]));
    const colour = [128, 138, 156];
    corners.forEach((corner, i) => {
      View3D.addCone(out, position, 0.006, corner, 0.006, colour, 3);
      View3D.addCone(out, corner, 0.006, corners[(i + 1) % 4], 0.006, colour, 3);
    });
  }

  // ---- Colours

  // A single person has orange and blue sides. Of several people each has a hue of their own, the
  // left side light and the right side dark; the same ID has the same hue everywhere.
  static coloursOf(ids) {
    const colours = new Map(), taken = new Set(), count = View3D.hues.length;
    const sorted = [...new Set(ids)].sort((a, b) => a - b);
    for (const id of sorted) {
      const preferred = ((id % count) + count - 1) % count;
      let step = 0;
      while (step + 1 < count && taken.has((preferred + step) % count)) ++step;
      const hue = taken.has((preferred + step) % count) ? preferred : (preferred + step) % count;
      taken.add(hue);
      const mix = (to, share) => View3D.hues[hue].map(c => c + (to - c) * share);
      colours.set(id, sorted.length < 2 ? View3D.alone
          : {left: mix(255, 0.46), right: mix(0, 0.4), centre: View3D.hues[hue]});
    }
    return colours;
  }

  static css([r, g, b]) {
    return `rgb(${r.toFixed()} ${g.toFixed()} ${b.toFixed()})`;
  }
}

View3D.alone = {left: [255, 150, 48], right: [62, 154, 255], centre: [226, 226, 222]};
View3D.hues = [[38, 132, 224], [240, 138, 24], [0, 166, 118], [222, 86, 158], [226, 196, 44],
               [114, 68, 186], [216, 66, 40], [64, 196, 222], [156, 112, 72], [240, 130, 190]];

// The body's surface around a skeleton.
View3D.Body = class {
  constructor({names, parents}) {
    const radii = [['ankle', 0.04], ['foot', 0.03], ['heel', 0.032], ['knee', 0.054], ['wrist', 0.032],
                   ['elbow', 0.04], ['shoulder', 0.056], ['hip', 0.078], ['spine', 0.1],
                   ['thorax', 0.08], ['neck', 0.055], ['head', 0.075], ['toe', 0.022],
                   ['index', 0.018], ['pinky', 0.016]];
    this.parents = parents;
    this.radius = names.map(name => (radii.find(([part]) => name.includes(part)) || [0, 0.036])[1]);
    this.side = names.map(name => name.startsWith('left_') ? 'left'
                                : name.startsWith('right_') ? 'right' : 'centre');
    const at = name => names.indexOf(name);
    this.n = {hip: at('hip'), thorax: at('thorax'), neck: at('neck_base'), head: at('head'),
              spine: at('spine'), lh: at('left_hip'), rh: at('right_hip'),
              ls: at('left_shoulder'), rs: at('right_shoulder')};
    // Soles and palms: drawn beside the bones.
    this.across = ['left_', 'right_']
      .flatMap(side => [['heel', 'toe'], ['index', 'pinky']].map(ends => ends.map(end => at(side + end))))
      .filter(ends => Math.min(...ends) >= 0);
    const {hip, thorax, neck, head, spine, lh, rh, ls, rs} = this.n;
    this.hasTorso = Math.min(hip, thorax, lh, rh, ls, rs) >= 0;
    this.hasHead = this.hasTorso && head >= 0;
    this.inside = new Set([...this.hasTorso ? [hip, thorax, spine] : [],
                           ...this.hasHead ? [neck, head] : []]);
  }

  add(out, joints, colours) {
    const at = j => [joints[3 * j], joints[3 * j + 1], joints[3 * j + 2]];
    this.parents.forEach((parent, j) => {
      if (!this.inside.has(j)) {
        View3D.addCone(out, at(j), this.radius[j], at(j), this.radius[j], colours[this.side[j]]);
      }
      if (parent < 0 || this.hasTorso && this.inside.has(parent)) return;
      const [a, b] = [this.side[parent], this.side[j]];
      const side = a === 'centre' ? b : b === 'centre' || a === b ? a : 'centre';
      View3D.addCone(out, at(parent), 0.86 * this.radius[parent], at(j), 0.86 * this.radius[j],
                     colours[side]);
    });
    for (const [a, b] of this.across) {
      View3D.addCone(out, at(a), this.radius[a], at(b), this.radius[b], colours[this.side[a]]);
    }
    if (this.hasTorso) this.addTrunk(out, at, colours.centre);
  }

  addTrunk(out, at, colour) {
    const {hip, thorax, neck, head, spine, lh, rh, ls, rs} = this.n;
    const minus = (a, b) => a.map((x, i) => x - b[i]), plus = (a, b, s = 1) => a.map((x, i) => x + s * b[i]);
    const between = (a, b, share) => plus(a, minus(b, a), share);
    const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    const unit = a => a.map(x => x / Math.max(1e-6, Math.hypot(...a)));
    const right = plus(minus(at(rh), at(lh)), minus(at(rs), at(ls))), down = minus(at(hip), at(thorax));
    const front = unit([right[1] * down[2] - right[2] * down[1], right[2] * down[0] - right[0] * down[2],
                        right[0] * down[1] - right[1] * down[0]]);
    const back = spine >= 0 ? at(spine) : between(at(hip), at(thorax), 0.5);
    const torso = (a, b, ra, rb) => View3D.addCone(out, a, ra, b, rb, colour, 1, front);
    for (const [sideHip, shoulder] of [[at(lh), at(ls)], [at(rh), at(rs)]]) {
      const chest = between(at(thorax), shoulder, 0.5), waist = plus(back, minus(sideHip, at(hip)), 0.6);
      torso(between(chest, waist, 0.2), waist, 0.09, 0.087);
      torso(waist, between(at(hip), sideHip, 0.5), 0.087, 0.09);
      torso(at(thorax), shoulder, 0.066, 0.05);
    }
    torso(between(at(thorax), back, 0.3), back, 0.088, 0.092);
    torso(back, at(hip), 0.092, 0.09);
    if (!this.hasHead) return;
    // The head joint is at the height of the eyes.
    const top = plus(at(thorax), minus(at(head), at(thorax)), 1.45), up = unit(minus(top, at(thorax)));
    torso(at(thorax), between(at(thorax), top, 0.6), 0.056, 0.046);
    // The joint between neck and head lies before the line from thorax to crown.
    let face = front;
    if (neck >= 0) {
      const nose = minus(at(neck), top);
      face = plus(face, plus(nose, up, -dot(nose, up)), 8);
    }
    face = unit(plus(face, up, -dot(face, up)));
    const skull = plus(top, up, -0.098);
    View3D.addCone(out, skull, 0.098, plus(plus(skull, up, -0.05), face, 0.022), 0.078, colour, 2, face);
  }
};

View3D.shaders = {
  // A vertex lies on the ball around either end, in axes along the cone.
  coneVertex: `
    layout(location = 0) in vec4 ball;
    layout(location = 1) in vec4 a;
    layout(location = 2) in vec4 b;
    layout(location = 3) in vec4 colour_and_part;
    layout(location = 4) in vec4 front_in;
    uniform mat4 clip_from_world;
    uniform float is_shadow;
    out vec3 position, normal, colour, front;
    out float part;
    void main() {
      vec3 along = b.xyz - a.xyz;
      float size = length(along);
      vec3 w = size > 1e-5 ? along / size : vec3(0, 0, 1);
      vec3 u = normalize(cross(abs(w.z) < 0.9 ? vec3(0, 0, 1) : vec3(1, 0, 0), w));
      normal = mat3(u, cross(w, u), w) * ball.xyz;
      position = mix(a.xyz, b.xyz, ball.w) + mix(a.w, b.w, ball.w) * normal;
      colour = colour_and_part.rgb;
      part = colour_and_part.a;
      front = front_in.xyz;
      vec3 light = vec3(-0.35, -0.25, 1);
      vec3 shown = is_shadow > 0.5 ? position - light * position.z : position;
      gl_Position = clip_from_world * vec4(shown, 1);
    }`,
  coneFragment: `
    in vec3 position, normal, colour, front;
    in float part;
    uniform vec3 eye;
    uniform float is_shadow;
    out vec4 result;
    void main() {
      if (is_shadow > 0.5) { result = vec4(0.02, 0.022, 0.03, 1) * 0.55; return; }
      vec3 n = normalize(normal), v = normalize(eye - position);
      vec3 base = colour;
      if (part > 1.5 && part < 2.5) {
        base = mix(base, vec3(0.26, 0.28, 0.34), smoothstep(0.62, 0.70, dot(n, front)));
      } else if (part > 0.5 && part < 1.5) {
        base = mix(base, mix(base, vec3(1), 0.35), smoothstep(0.5, 0.62, dot(n, front)));
      }
      if (part > 2.5) { result = vec4(base, 1); return; }
      base = pow(base, vec3(2.2));
      vec3 key = normalize(vec3(-0.35, -0.25, 1) + 0.55 * v);
      float sky = 0.5 + 0.5 * n.z;
      float rim = pow(1.0 - max(dot(n, v), 0.0), 3.0);
      vec3 lit = base * (0.10 + 0.22 * sky + 0.78 * pow(max(0.0, 0.25 + 0.75 * dot(n, key)), 1.3))
               + vec3(0.10) * pow(max(dot(n, normalize(key + v)), 0.0), 28.0)
               + vec3(0.06, 0.08, 0.12) * rim * sky;
      lit *= mix(0.75, 1.0, smoothstep(0.0, 0.35, position.z));
      result = vec4(pow(lit, vec3(1.0 / 2.2)), 1);
    }`,
  floorVertex: `
    uniform mat4 clip_from_world;
    uniform vec3 centre;
    out vec2 on_floor;
    void main() {
      vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
      on_floor = centre.xy + corner * (centre.z * 2.5 + 6.0);
      gl_Position = clip_from_world * vec4(on_floor, 0, 1);
    }`,
  // Lines every half metre and stronger ones every metre, as wide as a pixel.
  floorFragment: `
    in vec2 on_floor;
    uniform vec3 centre;
    out vec4 result;
    float lines(vec2 at) {
      vec2 width = fwidth(at);
      vec2 near = abs(fract(at - 0.5) - 0.5) / width;
      float fine = 1.0 - smoothstep(0.3, 0.9, max(width.x, width.y));
      return (1.0 - min(min(near.x, near.y), 1.0)) * fine;
    }
    void main() {
      float away = length(on_floor - centre.xy) / (centre.z * 1.25 + 3.0);
      float fade = 1.0 - smoothstep(0.25, 1.0, away);
      float line = max(0.55 * lines(on_floor), 0.25 * lines(on_floor * 2.0));
      vec3 colour = mix(vec3(0.25, 0.275, 0.325), vec3(0.55, 0.59, 0.66), line);
      float alpha = fade * mix(0.62, 0.9, line);
      result = vec4(colour * alpha, alpha);
    }`,
};
