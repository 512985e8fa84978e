import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'

const run = promisify(execFile)

describe('a held sign-in', () => {
  it('costs less than 4,000 bytes from the socket to the call (RULES 32)', async function () {
    this.timeout(180_000)
    const script = join(import.meta.dirname, 'held-memory-child.ts')
    const { stdout } = await run(process.execPath, [script])
    const { open, bytesEach } = JSON.parse(stdout)
    expect(open).to.equal(16_000)
    expect(bytesEach).to.be.within(500, 4_000)
  })
})
