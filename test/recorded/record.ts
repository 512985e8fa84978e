// Plays the scripts that are named, or all of them, and writes down what they come to:
//   node_modules/.bin/node test/recorded/record.ts [SCRIPT…]
// Look at the difference (git diff test/recorded/data) before you commit it: each line is a promise to someone.
import { play } from './parts/play.ts'
import { saveRecordings } from './parts/recordings.ts'
import { scripts } from './scripts.ts'

const wanted = process.argv.slice(2)
let total = 0
for (const [name, script] of Object.entries(scripts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const recordings = await play(script)
  saveRecordings(name, recordings)
  const played = Object.values(recordings)
  const requests = played.reduce((sum, each) => sum + each.requests, 0)
  total += requests
  console.log(`${name}: ${played.length} scenarios, ${requests} requests`)
}
console.log(`${total} requests`)
