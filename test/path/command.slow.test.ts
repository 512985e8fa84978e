import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const program = fileURLToPath(new URL('./path.ts', import.meta.url))

function path(...words: string[]) {
  return spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' })
}

describe('npm run path, the command', () => {
  it('finds the drawing of docs/background/architecture.md true', () => {
    const { status, stderr } = path('--check')
    expect(stderr).to.equal('')
    expect(status).to.equal(0)
  })

  it('prints what ran in both threads for one sign-in, and marks the spine', () => {
    const { status, stdout } = path('appended')
    expect(status).to.equal(0)
    expect(stdout).to.match(/^appended: /)
    expect(stdout).to.match(/^ {4}worker\.ts +\d+ functions$/m)
    expect(stdout).to.match(/^ {2}\* sign-in\.ts +\d+ functions$/m)
    expect(stdout).not.to.include('held:')
    expect(stdout).to.include('src/signin/index.ts')
  })

  for (const { words, says } of [
    { words: ['fax'], says: 'There is no sign-in fax' },
    { words: ['--write', '--check'], says: 'not both' },
    { words: ['--check', 'held'], says: 'without a name' },
    { words: ['--colour'], says: '--colour' },
  ]) {
    it(`refuses ${words.join(' ')}`, () => {
      const { status, stdout, stderr } = path(...words)
      expect(status).to.equal(2)
      expect(stdout).to.equal('')
      expect(stderr).to.include(says).and.include('--help')
    })
  }

  it('explains itself', () => {
    const { status, stdout } = path('--help')
    expect(status).to.equal(0)
    for (const word of ['appended', 'held', 'challenge', '--write', '--check']) {
      expect(stdout).to.include(word)
    }
  })
})
