import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'

const run = promisify(execFile)
const module = join(import.meta.dirname, '../../../src/ops/process/stray-rejections.ts')

/** In a process of its own: mocha ends a run for a promise that rejects like this. */
function lines(body: string): Promise<{ stdout: string; stderr: string }> {
  const script = `
    import { surviveStrayRejections } from ${JSON.stringify(module)}
    const end = surviveStrayRejections(({ stack, ...event }) =>
      console.log(JSON.stringify({ ...event, hasStack: stack !== undefined })))
    ${body}`
  return run(process.execPath, ['--input-type=module', '--eval', script])
}

describe('a promise that rejects and that no one waits for', () => {
  it('is logged, and the process goes on', async () => {
    const { stdout } = await lines(`
      void Promise.reject(new Error('the provider has no name'))
      setImmediate(() => console.log('still here'))`)
    const [logged, after] = stdout.trim().split('\n')
    expect(JSON.parse(logged ?? '')).to.deep.equal({
      event: 'internal-error',
      where: 'a task in the background',
      detail: 'the provider has no name',
      hasStack: true,
    })
    expect(after).to.equal('still here')
  })

  it('ends a process that has stopped to look', async () => {
    const ended = await lines(`end(); void Promise.reject(new Error('late'))`).catch(
      ({ code }: { code: number }) => code,
    )
    expect(ended).to.equal(1)
  })
})
