// The benchmark: npm run bench -- --help
// Needs root, FreeRADIUS, eapol_test, Samba and slapd. About twelve minutes for all parts.
import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { benchCodec } from './parts/codec.ts'
import { readCommandLine } from './command-line.ts'
import { compareCheckouts } from './compare/compare.ts'
import { benchActiveDirectory, benchOpenLdap } from './parts/directory.ts'
import { benchEap } from './parts/eap.ts'
import { type Section, toMarkdown } from './figures.ts'
import { benchHeld } from './parts/held.ts'
import { type Loader, startLoader } from './load/loader.ts'
import { machineFacts } from './machine/facts.ts'
import { toText } from './report/text.ts'
import { benchTotp } from './parts/totp.ts'
import { benchWire } from './parts/wire.ts'

const parts: Readonly<Record<string, (loader: Loader) => Section[] | Promise<Section[]>>> = {
  codec: benchCodec,
  wire: benchWire,
  totp: benchTotp,
  directory: benchActiveDirectory,
  openldap: benchOpenLdap,
  held: benchHeld,
  eap: benchEap,
}
const page = new URL('../../docs/performance.md', import.meta.url)

// Children are stopped when this process ends; a signal alone would leave them running.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const order = await readCommandLine(process.argv.slice(2), Object.keys(parts))
if (order.kind === 'compare') {
  const { before, after, subject, rounds } = order
  console.log(`${machineFacts().join('\n')}\n`)
  const say = (line: string) => console.error(line)
  try {
    console.log(toText(await compareCheckouts({ before, after }, subject, rounds, say)))
    process.exit()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}

const loader = startLoader()
for (const [name, part] of Object.entries(parts)) {
  if (order.parts.length > 0 && !order.parts.includes(name)) continue
  const load = loadavg()[0]?.toFixed(2)
  const tables = (await part(loader)).map(toMarkdown).join('\n')
  const text = `${tables}\nMeasured ${new Date().toISOString().slice(0, 16)}Z; load average before: ${load}.\n`
  console.log(text)
  if (order.write) write(name, text)
}
const facts = machineFacts().map((fact) => `- ${fact}`)
console.log(facts.join('\n'))
if (order.write) write('machine', `${facts.join('\n')}\n`)
loader.stop()
// Samba and slapd are stopped when this process ends.
process.exit()

/** Puts a part between its markers in the page; the text around them is written by hand. */
function write(name: string, text: string): void {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const before = readFileSync(page, 'utf8')
  const [head, rest] = before.split(begin)
  const tail = rest?.split(end)[1]
  if (head === undefined || tail === undefined) throw new Error(`no markers for ${name} in ${page}`)
  writeFileSync(page, `${head}${begin}\n\n${text}\n${end}${tail}`)
}
