// Fails on long sentences, and on words that readers stumble over, in everything that people read in English. These are
// the pages, the comments of the configuration files, and the strings in the sources: --help, messages, reasons and
// findings. Those who change the code read its comments and the names of its tests. `words/rules.ts` has the words.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { passagesOfCode, passagesOfTestNames } from './words/code.ts'
import { passagesOfComments } from './words/comments.ts'
import { findingsIn } from './words/find.ts'
import { passagesOfPage } from './words/markdown.ts'
import type { Passage } from './words/sentences.ts'
import { passagesOfSource } from './words/strings.ts'

const root = join(import.meta.dirname, '..')
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

const pages = ['README.md', 'CHANGELOG.md', 'SECURITY.md', ...filesIn('docs')].filter(
  (file) => file.endsWith('.md') && !generated.includes(file),
)
const code = [...filesIn('src'), ...filesIn('scripts')].filter((file) =>
  /\.(?:tsx?|mjs|mts)$/.test(file),
)
const sources = code.filter((file) => !/\/(?:de|fr|nl|es)\.ts$/.test(file))
const tests = filesIn('test').filter((file) => /\.tsx?$/.test(file))
const commented = [...filesIn('config'), ...filesIn('systemd')].filter((file) =>
  /\.(?:yaml|service|socket|timer)$/.test(file),
)
const findings = [
  ...passagesOf(pages, passagesOfPage),
  ...passagesOf(sources, passagesOfSource),
  ...passagesOf(commented, passagesOfComments),
  ...passagesOf([...code, ...tests], passagesOfCode),
  ...passagesOf(tests, passagesOfTestNames),
].flatMap(findingsIn)

for (const { file, line, sentence, reason, better } of findings) {
  console.error(`${file}:${line}: ${reason}; better: ${better}\n    ${sentence}`)
}
console.log(
  `${findings.length} sentences to mend in ${pages.length} pages, ${sources.length} sources and ${tests.length} tests`,
)
if (findings.length > 0) process.exit(1)
