// Fails on long sentences, and on words that readers stumble over, in everything that administrators and users read in
// English: the pages, the comments of the configuration files, and the strings in the sources, which are
// --help, messages, reasons and findings. `words/rules.ts` has the words. Comments in code are not read.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { passagesOfComments } from './words/comments.ts'
import { findingsIn } from './words/find.ts'
import { passagesOfPage } from './words/markdown.ts'
import type { Passage } from './words/sentences.ts'
import { parseSource } from './words/source.ts'
import { passagesOfStrings } from './words/strings.ts'

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
const sources = [...filesIn('src'), ...filesIn('scripts')].filter(
  (file) => /\.tsx?$/.test(file) && !/\/(?:de|fr|nl|es)\.ts$/.test(file),
)
const commented = [...filesIn('config'), ...filesIn('systemd')].filter((file) =>
  /\.(?:yaml|service|socket|timer)$/.test(file),
)
const findings = [
  ...passagesOf(pages, passagesOfPage),
  ...passagesOf(sources, (file, text) => passagesOfStrings(parseSource(file, text))),
  ...passagesOf(commented, passagesOfComments),
].flatMap(findingsIn)

for (const { file, line, sentence, reason, better } of findings) {
  console.error(`${file}:${line}: ${reason}; better: ${better}\n    ${sentence}`)
}
console.log(
  `${findings.length} sentences to mend in ${pages.length} pages and ${sources.length} sources`,
)
if (findings.length > 0) process.exit(1)
