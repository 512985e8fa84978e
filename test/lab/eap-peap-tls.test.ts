import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import * as vectors from '../vectors/certificates.ts'
import {
  type EapolResult,
  expectIn,
  type Network,
  signInByEapol,
  writeServerCertificate,
} from './eapol.ts'
import { needProgram } from './need.ts'
import { type Service, startService } from './service.ts'
import { gatewayConfig, lastingConfig } from './service-config.ts'

/** Files that the service and eapol_test read. */
const files = {
  'crl.pem': vectors.revocations,
  'foreign.pem': vectors.foreign,
  'plain.pem': vectors.plain,
  'user.pem': vectors.user,
  'user.key': vectors.userKey,
  'expired.pem': vectors.expired,
  'revoked.pem': vectors.revoked,
}

describe('eapol_test: PEAP and EAP-TLS', function () {
  this.timeout(600_000)
  this.slow(1_000)
  let service: Service

  before(async function () {
    needProgram('eapol_test', this)
    service = await startService((place) => {
      const config = lastingConfig(place)
      const wifi = (name: string, eap: object) => gatewayConfig(name, { flow: 'auto', eap })
      return JSON.stringify({
        ...config,
        eap: {
          ...writeServerCertificate(place.folder, files),
          devices: { ca_file: 'ca.pem', crl_file: 'crl.pem', names: 'common-name' },
        },
        directories: {
          people: {
            type: 'local',
            users: {
              alice: { password: 'wonderland', groups: ['staff'] },
              bob: { password: 'builder' },
            },
          },
        },
        rules: [{ name: 'staff', group: 'staff', second_factor: 'none' }],
        gateways: {
          peap: wifi('peap', { methods: ['peap'] }),
          'peap-13': wifi('peap-13', { methods: ['peap'], tls_max: '1.3' }),
          bound: wifi('bound', { methods: ['peap'], crypto_binding: 'required' }),
          small: wifi('small', { methods: ['peap', 'tls'], packet_size: 100 }),
          large: wifi('large', { methods: ['tls', 'peap'], packet_size: 1_400 }),
          tls: wifi('tls', { methods: ['tls'] }),
          any: wifi('any', { methods: ['ttls', 'tls', 'peap'] }),
          again: wifi('again', { methods: ['ttls', 'tls', 'peap'], resume: '1h' }),
          'again-bound': wifi('again-bound', {
            methods: ['peap'],
            resume: '1h',
            crypto_binding: 'required',
          }),
          wire: wifi('wire', { methods: ['md5', 'gtc', 'ms-chap-v2'] }),
        },
      })
    })
  })

  after(async () => {
    await service?.stop()
  })

  const file = (name: string) => join(service.folder, name)

  function signIn(gateway: string, network: Network, more: string[] = []): Promise<EapolResult> {
    const { port } = service
    return signInByEapol({ port, gateway, network: { ca_cert: file('ca.pem'), ...network }, more })
  }

  /** Refused, and the log of this sign-in says why. */
  async function expectOut(signingIn: Promise<EapolResult>, reason: string): Promise<void> {
    const start = service.output().length
    const { isAccepted, output } = await signingIn
    expect(isAccepted, output).to.equal(false)
    await service.printed(new RegExp(`^[^]{${start},}${reason}`))
  }

  const msChapV2 = (
    identity = 'alice',
    password = 'wonderland',
    phase1 = 'peapver=0',
  ): Network => ({
    eap: 'PEAP',
    identity,
    password,
    anonymous_identity: 'anonymous',
    phase1,
    phase2: 'auth=MSCHAPV2',
  })
  const gtc = (password = 'wonderland'): Network => ({
    ...msChapV2('alice', password),
    phase2: 'auth=GTC',
  })
  const certificate = (name: string, phase1: string): Network => ({
    eap: 'TLS',
    identity: 'anonymous',
    client_cert: file(`${name}.pem`),
    private_key: file('user.key'),
    phase1,
  })

  describe('PEAP', () => {
    for (const [what, phase1] of [
      ['the device binds', 'peapver=0 crypto_binding=2'],
      ['the device may bind', 'peapver=0 crypto_binding=1'],
      ['the device does not bind', 'peapver=0 crypto_binding=0'],
    ] as const) {
      it(`MSCHAPv2, where ${what}`, async () => {
        expectIn(await signIn('peap', msChapV2('alice', 'wonderland', phase1)))
      })
    }

    it('MSCHAPv2 and GTC with TLS 1.3', async () => {
      const phase1 = 'peapver=0 tls_disable_tlsv1_3=0'
      for (const network of [msChapV2(), gtc()]) {
        const result = await signIn('peap-13', { ...network, phase1 })
        expectIn(result)
        expect(result.output).to.contain('Using TLS version TLSv1.3')
      }
    })

    it('MSCHAPv2 in packets of 100 and of 1,400 bytes', async () => {
      expectIn(await signIn('small', { ...msChapV2(), fragment_size: 100 }))
      expectIn(await signIn('large', { ...msChapV2(), fragment_size: 1_392 }))
    })

    it('GTC, which the device wants instead', async () => {
      expectIn(await signIn('peap', gtc()))
    })

    it('after a NAK to what is offered first', async () => {
      expectIn(await signIn('any', msChapV2()))
    })

    it('binding required: with it in, without it out', async () => {
      expectIn(await signIn('bound', msChapV2()))
      const without = msChapV2('alice', 'wonderland', 'peapver=0 crypto_binding=0')
      await expectOut(signIn('bound', without), 'eap-binding-missing')
    })

    for (const [what, network] of [
      ['MSCHAPv2', msChapV2('alice', 'wrong')],
      ['GTC', gtc('wrong')],
    ] as const) {
      it(`${what} with a wrong password`, async () => {
        await expectOut(signIn('peap', network), 'password-wrong')
      })
    }

    it('a second factor that was not asked for', async () => {
      await expectOut(signIn('peap', msChapV2('bob', 'builder')), 'not-enrolled')
    })

    it('a server that the device does not trust', async () => {
      const network = { ...msChapV2(), ca_cert: file('foreign.pem') }
      await expectOut(signIn('peap', network), 'eap-tls-failed')
    })

    it('a device that wants nothing that is allowed', async () => {
      await expectOut(signIn('tls', msChapV2()), 'eap-no-method')
    })
  })

  for (const [version, phase1, protocol] of [
    ['1.2', 'tls_disable_tlsv1_3=1', 'TLSv1.2'],
    ['1.3', 'tls_disable_tlsv1_3=0', 'TLSv1.3'],
  ] as const) {
    describe(`EAP-TLS with TLS ${version}`, () => {
      it('a certificate', async () => {
        const result = await signIn('tls', certificate('plain', phase1))
        expectIn(result)
        expect(result.output).to.contain(`Using TLS version ${protocol}`)
      })

      it('in packets of 100 bytes, after a NAK, and of 1,400', async () => {
        const network = certificate('plain', phase1)
        expectIn(await signIn('small', { ...network, fragment_size: 100 }))
        expectIn(await signIn('large', { ...network, fragment_size: 1_392 }))
      })

      for (const [what, name, reason] of [
        ['one that has expired', 'expired', 'certificate-expired'],
        ['one that was revoked', 'revoked', 'certificate-revoked'],
        ['one of another authority', 'foreign', 'certificate-untrusted'],
        ['one that was made for another account', 'user', 'certificate-mismatch'],
      ] as const) {
        it(`${what}`, async () => {
          await expectOut(signIn('tls', certificate(name, phase1)), reason)
        })
      }
    })
  }

  it('a list of revoked certificates that has gone out of date, from the reload on', async () => {
    const network = certificate('plain', 'tls_disable_tlsv1_3=1')
    const reload = async () => {
      const start = service.output().length
      service.process.kill('SIGHUP')
      await service.printed(new RegExp(`^[^]{${start},}configuration-reloaded`))
    }
    writeFileSync(file('crl.pem'), vectors.staleRevocations)
    expectIn(await signIn('tls', network))
    await reload()
    await expectOut(signIn('tls', network), 'certificate-status-unknown')
    writeFileSync(file('crl.pem'), vectors.revocations)
    await reload()
    expectIn(await signIn('tls', network))
  })

  describe('a device that comes back', () => {
    const twice = (gateway: string, network: Network) => signIn(gateway, network, ['-r1'])
    const ttls = { ...msChapV2('alice', 'wonderland', ''), eap: 'TTLS', phase2: 'auth=PAP' }

    for (const [what, gateway, network] of [
      ['PEAP', 'again', () => msChapV2()],
      ['PEAP, binding both times', 'again-bound', () => msChapV2()],
      ['TTLS', 'again', () => ttls],
      ['EAP-TLS', 'again', () => certificate('plain', 'tls_disable_tlsv1_3=1')],
    ] as const) {
      it(`${what}: resumes its session, and both have new keys`, async () => {
        const { output } = await twice(gateway, network())
        expect(output).to.match(/resumed=1/)
        expect(output).to.match(/^MPPE keys OK: 2 {2}mismatch: 0$/m)
      })
    }

    it('proves all of it again where resuming is off', async () => {
      const { output } = await twice('peap', msChapV2())
      expect(output).to.not.match(/resumed=1/)
      expect(output).to.match(/^MPPE keys OK: 2 {2}mismatch: 0$/m)
    })
  })

  describe('without a tunnel', () => {
    const md5 = { eap: 'MD5', identity: 'alice', password: 'wonderland' }

    it('MD5 on a wire', async () => {
      const result = await signIn('wire', md5, ['-n', '-N61:d:15'])
      expect(result.isAccepted, result.output).to.equal(true)
    })

    it('GTC on a wire', async () => {
      const result = await signIn('wire', { ...md5, eap: 'GTC' }, ['-n', '-N61:d:15'])
      expect(result.isAccepted, result.output).to.equal(true)
    })

    it('MSCHAPv2 on a wire, with its own keys', async () => {
      const result = await signIn('wire', { ...md5, eap: 'MSCHAPV2' }, ['-N61:d:15'])
      expect(result.isAccepted, result.output).to.equal(true)
    })

    for (const eap of ['MD5', 'GTC', 'MSCHAPV2']) {
      it(`no ${eap} on radio`, async () => {
        await expectOut(signIn('wire', { ...md5, eap }, ['-n']), 'eap-no-method')
      })
    }
  })
})
