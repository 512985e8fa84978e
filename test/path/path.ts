// Counts the files that run for one sign-in, and keeps the drawing of docs/background/architecture.md true.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { pathNames, pathTitles } from './spine.ts'

const help = `Usage: npm run path -- [SIGN-IN…] [--write | --check]

Starts Holdfast with the demo's configuration, sends it the packets of a sign-in, and prints which files of
src/ had a function that ran for it: in this process and in the thread of the store. The sign-in was done
twice before, so that nothing counts that happens only the first time. Prints all sign-ins, or those named:

${pathNames.map((name) => `  ${name.padEnd(12)}${pathTitles[name]}`).join('\n')}

  --write   write the drawing of docs/background/architecture.md anew
  --check   print only what is wrong with it, or with the spine in test/path/spine.ts
  --help    show this

Ends with 0; with 1 where the spine is wrong, or where --check finds an old drawing; with 2 where the command is wrong.`

const pageFile = new URL('../../docs/background/architecture.md', import.meta.url)

function wrongUsage(message: string): never {
  console.error(`${message}\nFor help: npm run path -- --help`)
  process.exit(2)
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        write: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    return { ...values, positionals }
  } catch (error) {
    return wrongUsage(error instanceof Error ? error.message : String(error))
  }
}

const { write, check, help: wantsHelp, positionals } = readArguments()
const unknown = positionals.filter((name) => !pathNames.some((each) => each === name))
if (unknown.length > 0) {
  wrongUsage(`There is no sign-in ${unknown.join(', ')}. There are ${pathNames.join(', ')}.`)
}
if (write && check) wrongUsage('Give --write or --check, not both.')
const isForPage = write || check
if (isForPage && positionals.length > 0) {
  wrongUsage('The drawing has all sign-ins: give --write and --check without a name.')
}
if (wantsHelp) {
  console.log(help)
  process.exit()
}

// Only now: help and a wrong command need nothing of the service.
const { runPaths } = await import('./sign-ins.ts')
const { report } = await import('./report.ts')
const { drawing, spineProblems, withDrawing } = await import('./page.ts')

const wanted = pathNames.filter((name) => positionals.length === 0 || positionals.includes(name))
const paths = await runPaths(wanted)
if (!isForPage) for (const [name, run] of paths) console.log(report(name, run))
const problems = [...spineProblems(paths)]
if (isForPage) {
  const page = readFileSync(pageFile, 'utf8')
  const drawn = withDrawing(page, drawing(paths))
  if (check && drawn !== page) {
    problems.push(
      'docs/background/architecture.md differs from the code. Run: npm run path -- --write',
    )
  }
  if (write && problems.length === 0) writeFileSync(pageFile, drawn)
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
