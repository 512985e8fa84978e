// Fails on long sentences, and on words that readers stumble over, in everything that administrators and users read in
// English: the pages, the comments of the configuration files, and the strings in the sources, which are
// --help, messages, reasons and findings. With --code also in the comments of the code, and in the names of its tests.
// `words/rules.ts` has the words.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { passagesOfCode, passagesOfTestNames } from './words/code.ts'
import { passagesOfComments } from './words/comments.ts'
import { findingsIn } from './words/find.ts'
import { passagesOfPage } from './words/markdown.ts'
import type { Passage } from './words/sentences.ts'
import { parseSource } from './words/source.ts'
import { passagesOfStrings } from './words/strings.ts'

const root = join(import.meta.dirname, '..')
const readsCode = process.argv.includes('--code')
/** Their sources are read instead: src/config/schema and src/signin/reasons. */
const generated = ['docs/reference/configuration.md', 'docs/reference/reasons.md']

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
    (file) => `${folder}/${file}`,
  )
}

function passagesOf(
  files: readonly string[],
  read: (file: string, text: string) => readonly Passage[],
) {
  return files.flatMap((file) => read(file, readFileSync(join(root, file), 'utf8')))
}

/** Strings in other languages are left out, and those of tests. */
function passagesOfSource(file: string, text: string): readonly Passage[] {
  const source = parseSource(file, text)
  const isTest = file.startsWith('test/')
  const isEnglish = !/\/(?:de|fr|nl|es)\.ts$/.test(file)
  return [
    ...(isTest ? passagesOfTestNames(source) : []),
    ...(isEnglish && !isTest ? passagesOfStrings(source) : []),
    ...(readsCode ? passagesOfCode(source) : []),
  ]
}

const pages = ['README.md', 'CHANGELOG.md', 'SECURITY.md', ...filesIn('docs')].filter(
  (file) => file.endsWith('.md') && !generated.includes(file),
)
const sources = ['src', 'scripts', ...(readsCode ? ['test'] : [])]
  .flatMap(filesIn)
  .filter((file) => /\.(?:tsx?|mjs|mts)$/.test(file))
const commented = ['config', 'systemd', ...(readsCode ? ['test'] : [])]
  .flatMap(filesIn)
  .filter((file) => /\.(?:yaml|service|socket|timer|sh)$/.test(file))
const findings = [
  ...passagesOf(pages, passagesOfPage),
  ...passagesOf(sources, passagesOfSource),
  ...passagesOf(commented, passagesOfComments),
].flatMap(findingsIn)

for (const { file, line, sentence, reason, better } of findings) {
  console.error(`${file}:${line}: ${reason}; better: ${better}\n    ${sentence}`)
}
console.log(
  `${findings.length} sentences to mend in ${pages.length} pages and ${sources.length} sources`,
)
if (findings.length > 0) process.exit(1)
