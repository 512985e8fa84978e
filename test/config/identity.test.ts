import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { identifyConfig, identifyShared } from '../../src/config/identity.ts'
import { loadConfig } from '../../src/config/index.ts'

const yaml = `
store: { sqlite: holdfast.db }
directories: { people: { type: local, users: {} } }
gateways: { vpn: { address: 127.0.0.1, secret: "credential:vpn-secret" } }
`

describe('which configuration a service runs', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-identity-'))
    for (const name of ['credentials', 'handed-over', 'cache']) {
      mkdirSync(join(folder, name), { mode: 0o700 })
    }
    for (const name of ['credentials', 'handed-over']) {
      writeSecret(name, 'sealing-key', Buffer.alloc(32, 7).toString('base64'))
      writeSecret(name, 'vpn-secret', 'testing123testing123')
    }
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const writeSecret = (place: string, name: string, content: string) =>
    writeFileSync(join(folder, place, name), content, { mode: 0o600 })

  function identify(more = '', env: Readonly<Record<string, string>> = {}): Buffer {
    const file = join(folder, 'holdfast.yaml')
    writeFileSync(file, yaml + more, { mode: 0o600 })
    return identifyConfig(loadConfig(file, { env }))
  }

  /** What systemd sets for the service, and for no command of root. */
  const unit = () => ({
    CREDENTIALS_DIRECTORY: join(folder, 'handed-over'),
    CACHE_DIRECTORY: join(folder, 'cache'),
  })

  it('is the same for the service below systemd and for a command of root', () => {
    expect(identify('', unit())).to.deep.equal(identify())
  })

  it('is the same where only the lines have moved', () => {
    const rules = 'rules: [{ group: Guests, deny: true }]'
    expect(identify(`# A comment.\n\n${rules}`)).to.deep.equal(identify(rules))
  })

  it('is another one where the service was handed another secret', () => {
    writeSecret('handed-over', 'vpn-secret', 'another123another123')
    expect(identify('', unit())).not.to.deep.equal(identify())
  })

  it('is another one where the file for the end of the audit is', () => {
    expect(identify('audit: { head_file: end.json }')).not.to.deep.equal(identify())
  })

  describe('in what the nodes of an installation have in common', () => {
    function identifyNode(more = ''): Buffer {
      const file = join(folder, 'holdfast.yaml')
      writeFileSync(file, yaml + more, { mode: 0o600 })
      return identifyShared(loadConfig(file, { env: {} }))
    }
    const own = `
node_name: vpn2
listen: ["127.0.0.1:1899"]
http: { listen: "127.0.0.1:8099" }
admin_socket: other.sock
`

    it('is the same where only names and addresses of the node differ', () => {
      expect(identifyNode(own)).to.deep.equal(identifyNode())
    })

    it('is another one with another rule or another secret', () => {
      const rule = 'rules: [{ group: Guests, deny: true }]'
      expect(identifyNode(rule)).not.to.deep.equal(identifyNode())
      const before = identifyNode()
      writeSecret('credentials', 'vpn-secret', 'another123another123')
      expect(identifyNode()).not.to.deep.equal(before)
    })
  })
})
