import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { run, temporaryFolder } from './fake-io.ts'

describe('holdfast certificate', () => {
  const path = temporaryFolder()
  const folder = join(path, 'certificates')
  const file = (name: string) => join(folder, name)
  const read = (name: string) => readFileSync(file(name), 'utf8')
  const holdfast = (...args: readonly string[]) => run(['certificate', ...args, '--folder', folder])

  it('makes an authority and a server’s certificate, keys for the owner only', async () => {
    const { code, stdout, stderr } = await holdfast('create', 'radius.corp.example')
    expect([code, stderr]).to.deep.equal([exitCodes.ok, ''])
    expect(stdout).to.include(`cert_file: ${file('server.pem')}`)
    const server = new X509Certificate(read('server.pem'))
    expect(server.checkIssued(new X509Certificate(read('ca.pem')))).to.equal(true)
    for (const name of ['ca-key.pem', 'server-key.pem']) {
      expect(statSync(file(name)).mode & 0o777, name).to.equal(0o600)
    }
  })

  it('overwrites nothing without being told, and renews with the same authority', async () => {
    const before = [read('ca.pem'), read('server.pem')]
    const again = await holdfast('create', 'radius.corp.example')
    expect(again.code).to.equal(exitCodes['bad-file'])
    expect(again.stderr).to.include('--force')
    expect([read('ca.pem'), read('server.pem')]).to.deep.equal(before)
    const renewed = await holdfast('create', 'radius.corp.example', '--force')
    expect(renewed.code).to.equal(exitCodes.ok)
    expect(renewed.stdout).to.include('the authority that was there')
    expect(read('ca.pem')).to.equal(before[0])
    expect(read('server.pem')).to.not.equal(before[1])
  })

  it('makes a certificate for a device, and profiles', async () => {
    const device = await holdfast('device', 'alice@corp.example')
    expect(device.code).to.equal(exitCodes.ok)
    const certificate = new X509Certificate(read('alice@corp.example.pem'))
    expect(certificate.subject).to.equal('CN=alice@corp.example')
    expect(device.stdout)
      .to.include(`ca_file: ${file('ca.pem')}`)
      .and.not.include('names:')
    const profiles = await holdfast('profile', 'Corp', '--method', 'ttls')
    expect(profiles.code).to.equal(exitCodes.ok)
    expect(read('ttls.mobileconfig')).to.include('<string>radius.corp.example</string>')
    expect(read('ttls-windows.xml')).to.include('<PAPAuthentication/>')
    expect(read('ttls-wpa_supplicant.conf')).to.include('phase2="auth=PAP"')
  })

  it('makes one for a user of a local directory, whatever they are called', async () => {
    const before = read('ca.pem')
    const device = await holdfast('device', 'ca', '--force')
    expect(device.code).to.equal(exitCodes.ok)
    expect(device.stdout).to.include('names: common-name')
    expect(read('ca.pem')).to.equal(before)
    const certificate = new X509Certificate(read('device-ca.pem'))
    expect(certificate.subject).to.equal('CN=ca')
    expect(certificate.subjectAltName).to.equal(undefined)
  })

  it('says what is wrong with what it is given', async () => {
    const cases = [
      { args: ['create', 'radius', '--force'], code: exitCodes.usage, says: 'full host name' },
      { args: ['create', 'r.example', '--days', '900'], code: exitCodes.usage, says: '825' },
      { args: ['device', 'a lice'], code: exitCodes.usage, says: 'User Principal Name' },
      { args: ['profile', 'x'.repeat(33)], code: exitCodes.usage, says: '32 bytes' },
    ]
    for (const { args, code, says } of cases) {
      const result = await holdfast(...args)
      expect(result.code, args.join(' ')).to.equal(code)
      expect(result.stderr).to.include(says)
    }
    writeFileSync(file('ca-key.pem'), 'a letter')
    const broken = await holdfast('create', 'radius.corp.example', '--force')
    expect(broken.code).to.equal(exitCodes['bad-file'])
    const nowhere = await run(['certificate', 'device', 'a@b.nl', '--folder', join(path, 'none')])
    expect(nowhere.code).to.equal(exitCodes['bad-file'])
    expect(nowhere.stderr).to.include('ca.pem').and.include('holdfast certificate create')
  })
})
