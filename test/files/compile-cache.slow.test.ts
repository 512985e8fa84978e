import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

const module = new URL('../../src/files/compile-cache.ts', import.meta.url).href
const script = `import { keepCompiled } from ${JSON.stringify(module)}
keepCompiled(process.env)
await import(${JSON.stringify(new URL('../../src/support/secret.ts', import.meta.url).href)})
console.log(process.env.NODE_COMPILE_CACHE ?? 'none')`

/** What a process with this environment uses as its cache. */
function cacheOf(env: NodeJS.ProcessEnv): string {
  const args = ['--input-type=module', '-e', script]
  return execFileSync(process.execPath, args, { env }).toString().trim()
}

describe('what Node makes of our sources', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-cache-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is kept where systemd says', () => {
    expect(cacheOf({ CACHE_DIRECTORY: folder, HOME: '/nowhere' })).to.equal(folder)
    expect(readdirSync(folder)).to.have.length.greaterThan(0)
  })

  it('is kept in the cache of the user elsewhere', () => {
    expect(cacheOf({ HOME: folder })).to.equal(join(folder, '.cache', 'holdfast'))
    expect(cacheOf({ HOME: '/nowhere', XDG_CACHE_HOME: folder })).to.equal(join(folder, 'holdfast'))
  })

  it('is not kept where others can write, or where a link leads', () => {
    chmodSync(folder, 0o777)
    expect(cacheOf({ CACHE_DIRECTORY: folder })).to.equal('none')
    const target = join(folder, 'target')
    mkdirSync(target)
    symlinkSync(target, join(folder, 'holdfast'))
    expect(cacheOf({ XDG_CACHE_HOME: folder })).to.equal('none')
  })

  it('is not kept without a folder', () => {
    expect(cacheOf({})).to.equal('none')
    expect(cacheOf({ HOME: '/proc/nowhere' })).to.equal('none')
    expect(existsSync('/proc/nowhere')).to.equal(false)
  })
})
