import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { createApp } from '../../src/compose/index.ts'
import { loadMemories } from '../../src/patience/index.ts'
import {
  attributeType,
  createSharedSecret,
  encodeRequest,
  packetCode,
  textAttributes,
} from '../../src/radius/index.ts'
import {
  createInstallationId,
  createKeyring,
  createStore,
  openStore,
} from '../../src/store/index.ts'

const master = Buffer.alloc(32, 5)
const secret = 'abcdefghijklmnopqrstuvwxyz012345'

describe('a service that learns', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-learning-'))
  const file = (name: string) => join(folder, name)
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('watches the packets of its gateways, and keeps what they showed when it stops', async () => {
    writeFileSync(file('key'), `${master.toString('base64')}\n`, { mode: 0o600 })
    writeFileSync(file('secret'), `${secret}\n`, { mode: 0o600 })
    writeFileSync(
      file('users.yaml'),
      'alice: { password_hash: "scrypt$16384$8$1$c2FsdHNhbHQ=$MDEyMzQ1Njc4OWFiY2RlZg==" }\n',
    )
    writeFileSync(
      file('holdfast.yaml'),
      `listen: ["127.0.0.1:0"]
store: { sqlite: ${file('holdfast.db')} }
sealing_key: file:key
admin_socket: ${file('admin.sock')}
directories:
  people: { type: local, users_file: users.yaml }
gateways:
  vpn: { address: 127.0.0.1, secret: "file:secret" }
`,
    )
    await createStore({
      file: file('holdfast.db'),
      keyring: createKeyring({ current: master }),
      installationId: createInstallationId(),
    })
    const app = await createApp({
      configFile: file('holdfast.yaml'),
      env: {},
      version: 'test',
      log: new PassThrough().resume(),
      print: () => undefined,
    })
    const [listening] = (await app.start()).radius
    const request = encodeRequest(
      {
        code: packetCode.AccessRequest,
        identifier: 7,
        password: 'wrong',
        attributes: [
          ...textAttributes(attributeType.UserName, 'alice'),
          ...textAttributes(attributeType.CallingStationId, '203.0.113.7'),
        ],
      },
      createSharedSecret(secret),
    )
    const gateway = createSocket('udp4')
    const answered = once(gateway, 'message')
    // The Reject leaves after a second; the last one comes when it has.
    for (const waitMs of [0, 100, 100]) {
      await new Promise((resolve) => setTimeout(resolve, waitMs))
      gateway.send(request.bytes, listening?.port ?? 0, '127.0.0.1')
    }
    await answered
    const answeredAgain = once(gateway, 'message')
    gateway.send(request.bytes, listening?.port ?? 0, '127.0.0.1')
    await answeredAgain
    gateway.close()
    await app.stop()

    const keyring = createKeyring({ current: master })
    const store = await openStore({ file: file('holdfast.db'), keyring, node: 'test' })
    const memory = (await loadMemories(store.settings)).get('vpn')
    await store.close()
    expect(memory).to.include({ signIns: 1, lateResends: 1 })
    expect(memory?.intervalsMs).to.have.length(2)
    expect(memory?.gaveUpMs).to.have.length(1)
  })
})
