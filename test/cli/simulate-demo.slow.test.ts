import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { expect } from 'chai'
import { demoFilePath, writeDemoFile } from '../../src/cli/demo/file.ts'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { type AdminSocket, startAdminSocket } from '../../src/ops/index.ts'
import { run, temporaryFolder } from './fake-io.ts'

describe('simulate, where something says that it is a demo', () => {
  const folder = temporaryFolder()
  const env = { XDG_RUNTIME_DIR: folder }
  const config = join(folder, 'demo.yaml')
  let admin: AdminSocket
  let phone: Server
  let phoneSays = ''

  before(async () => {
    const socket = join(folder, 'admin.sock')
    admin = await startAdminSocket({
      path: socket,
      operations: { status: async () => ({ listen: [] }), 'gateway.list': async () => [] },
      onInternalError: () => undefined,
    })
    phone = createServer((_, response) => response.end(phoneSays)).listen(0, '127.0.0.1')
    await once(phone, 'listening')
    const place = phone.address()
    if (place === null || typeof place === 'string') throw new Error('no port')
    writeFileSync(
      config,
      `insecure_demo: true
default_region: NL
store: temporary
listen: ["127.0.0.1:0"]
directories: { people: { type: local, users: { alice: { password: wonderland } } } }
gateways: { vpn: { address: 127.0.0.1, secret: testing123 } }
`,
    )
    writeDemoFile(demoFilePath(env, process.getuid?.() ?? 0), {
      pid: 1,
      socket,
      radius: { address: '127.0.0.1', port: 9 },
      http: { address: '127.0.0.1', port: place.port },
      config,
      gatewaySecret: 'testing123',
    })
  })
  after(async () => {
    phone?.close()
    await admin?.close()
  })

  const simulate = (user: string) =>
    run(['simulate', '--preset', 'meraki', '--user', user, '--answer-after', '1s'], { env })

  for (const says of ['', 'hello', '{}', '[{"id":"../x"}]', '{"statusCode":429}']) {
    it(`does not take ${says || 'nothing'} for a demo phone`, async () => {
      phoneSays = says
      const { code, stderr } = await simulate('alice')
      expect(stderr).to.include('is not a demo phone')
      expect(code).to.equal(exitCodes['no-answer'])
    })
  }

  const notification = { id: 'a1', kind: 'notification', to: 'her browser', title: 'A sign-in' }
  for (const messages of [[], [notification]]) {
    it(`ends where no server listens for RADIUS; the phone has ${messages.length} notifications`, async () => {
      phoneSays = JSON.stringify(messages)
      const { code, stderr } = await simulate('alice')
      expect(stderr).to.include('Nothing answers at 127.0.0.1 port 9')
      expect(code).to.equal(exitCodes['no-answer'])
    })
  }

  it('knows only the people of the configuration', async () => {
    for (const user of ['bob', '__proto__', 'constructor']) {
      const { code, stderr } = await simulate(user)
      expect(stderr).to.include(`No user of this demo is called "${user}"`)
      expect(code).to.equal(exitCodes.usage)
    }
  })

  it('ends where no phone answers', async () => {
    phone.close()
    phone.closeAllConnections()
    const { code, stderr } = await simulate('alice')
    expect(stderr).to.include('The demo phone does not answer')
    expect(code).to.equal(exitCodes['no-answer'])
  })
})
