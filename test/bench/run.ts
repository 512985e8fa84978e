// The figures of docs/performance.md: node test/bench/run.ts [--write] [PART ...]
// Needs root, FreeRADIUS, eapol_test, Samba and slapd. About twelve minutes for all parts.
import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { benchCodec } from './codec.ts'
import { benchActiveDirectory, benchOpenLdap } from './directory.ts'
import { benchEap } from './eap.ts'
import { type Section, toMarkdown } from './figures.ts'
import { benchHeld } from './held.ts'
import { type Loader, startLoader } from './loader.ts'
import { machineFacts } from './machine.ts'
import { benchTotp } from './totp.ts'
import { benchWire } from './wire-pap.ts'

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

const args = process.argv.slice(2)
const chosen = args.filter((arg) => arg !== '--write')
const unknown = chosen.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(`no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}

const loader = startLoader()
for (const [name, part] of Object.entries(parts)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const load = loadavg()[0]?.toFixed(2)
  const tables = (await part(loader)).map(toMarkdown).join('\n')
  const text = `${tables}\nMeasured ${new Date().toISOString().slice(0, 16)}Z; load average before: ${load}.\n`
  console.log(text)
  if (args.includes('--write')) write(name, text)
}
const facts = machineFacts().map((fact) => `- ${fact}`)
console.log(facts.join('\n'))
if (args.includes('--write')) write('machine', `${facts.join('\n')}\n`)
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
