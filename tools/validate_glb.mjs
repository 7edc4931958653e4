// SPDX-License-Identifier: Apache-2.0

// validate_glb.mjs FILE.glb: the Khronos Group's glTF validator. Exit code 0: valid; 1: errors,
// warnings or hints, which it prints; 77: the module gltf-validator is missing. To install it:
//   npm install --prefix DIR gltf-validator
//   NODE_PATH=DIR/node_modules node tools/validate_glb.mjs FILE.glb
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

let validator;
try {
  validator = createRequire(import.meta.url)('gltf-validator');
} catch {
  console.error('node finds no module gltf-validator: npm install it and set NODE_PATH');
  process.exit(77);
}
const report = await validator.validateBytes(new Uint8Array(readFileSync(process.argv[2])));
const { numErrors, numWarnings, numHints, messages } = report.issues;
for (const message of messages) console.error(message.code, message.pointer ?? '', message.message);
process.exit(numErrors + numWarnings + numHints > 0 ? 1 : 0);
