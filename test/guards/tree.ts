import { type ChildProcess, fork } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { type Guard, removeGuard } from './guard.ts'
import type { FileResult } from './reporter.ts'

const limitMs = 600_000

/** A copy of the source tree, in which guards are removed and tests run. */
export type Tree = {
  /**
   * Throws where the guard's source is not there exactly once, or the rest is not TypeScript. Gives what puts it back.
   */
  remove(guard: Guard): () => void
  /** Runs the tests of one file. Undefined where they did not come to their end. */
  test(file: string): Promise<FileResult | undefined>
  /** Stops a run that is under way, and deletes the copy. */
  dispose(): void
}

/** Copies the tree at `root`, all but `.git`. The packages are shared by a link. */
export function copyTree(root: string): Tree {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-guards-'))
  const left = ['node_modules', '.git']
  cpSync(root, folder, {
    recursive: true,
    filter: (path) => !left.includes(relative(root, path)),
  })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  let running: ChildProcess | undefined

  return {
    remove(guard) {
      const path = join(folder, guard.file)
      const text = readFileSync(path, 'utf8')
      const changed = removeGuard(text, guard)
      // A file that does not load fails every test, and shows nothing about the guard.
      if (path.endsWith('.ts')) stripTypeScriptTypes(changed)
      writeFileSync(path, changed)
      return () => writeFileSync(path, text)
    },

    async test(file) {
      const child = fork('node_modules/mocha/bin/mocha.js', wordsFor(file), {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        timeout: limitMs,
      })
      running = child
      let result: FileResult | undefined
      child.on('message', (message: FileResult) => {
        result = message
      })
      await new Promise((resolve) => child.once('exit', resolve))
      return result
    },

    dispose() {
      running?.kill('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const here = import.meta.dirname
const required = ['compile-cache.ts', 'fixed-seed.ts'].map((each) => join(here, '..', each))

function wordsFor(file: string): readonly string[] {
  return [
    '--no-config',
    ...required.flatMap((each) => ['--require', each]),
    ...['--reporter', join(here, 'reporter.ts'), '--timeout', '60000', '--exit'],
    file,
  ]
}
