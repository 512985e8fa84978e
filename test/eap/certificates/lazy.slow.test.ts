import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'chai'

const run = promisify(execFile)

/** Loads a module of src/ and says which files of the ASN.1 libraries came with it. */
async function librariesOf(module: string, then = ''): Promise<readonly string[]> {
  const program = `
    import { Module } from 'node:module'
    const loaded = await import(${JSON.stringify(new URL(`../../../src/${module}`, import.meta.url))})
    ${then}
    const files = Object.keys(Module._cache).filter((file) => /asn1/.test(file))
    console.log(JSON.stringify(files))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program])
  return JSON.parse(stdout)
}

describe('libraries that take long to load', () => {
  it('are not loaded for a service without OCSP', async () => {
    expect(await librariesOf('compose/index.ts')).to.deep.equal([])
  })

  it('are loaded by the service that asks by OCSP before a device does', async () => {
    const create = `
      loaded.createOcsp({ authorities: [], post: async () => new Uint8Array(), clock: { nowMs: Date.now } })
      await new Promise((resolve) => process.once('beforeExit', resolve))`
    expect(await librariesOf('eap/index.ts', create)).to.not.deep.equal([])
  })
})
