import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { certificateId, encodeOcspRequest } from '../../src/eap/certificates/ocsp-request.ts'
import { readOcspResponse } from '../../src/eap/certificates/ocsp-response.ts'
import { needProgram } from './need.ts'

const run = promisify(execFile)

const pss = ['-rsigopt', 'rsa_padding_mode:pss']
const salt = (length: number | string) => ['-rsigopt', `rsa_pss_saltlen:${length}`]
const rsaKey = ['-pkeyopt', 'rsa_keygen_bits:2048']
const pssSigned = ['-sigopt', 'rsa_padding_mode:pss']

/** Keys of authority and responder, how certificates are signed with them, and how answers are. */
const kinds: readonly {
  readonly name: string
  readonly key: readonly string[]
  readonly certificates?: readonly string[]
  readonly believed: Readonly<Record<string, readonly string[]>>
  readonly refused?: Readonly<Record<string, readonly string[]>>
}[] = [
  {
    name: 'RSA',
    key: ['-algorithm', 'RSA', ...rsaKey],
    certificates: pssSigned,
    believed: {
      'PKCS #1 with SHA-256': ['-rmd', 'sha256'],
      'PSS with SHA-256': ['-rmd', 'sha256', ...pss],
      'PSS with SHA-256 and a salt of its length': ['-rmd', 'sha256', ...pss, ...salt(32)],
      'PSS with SHA-384 and the longest salt': ['-rmd', 'sha384', ...pss, ...salt('max')],
      'PSS with SHA-512 and no salt': ['-rmd', 'sha512', ...pss, ...salt(0)],
    },
    refused: {
      'PKCS #1 with SHA-1': ['-rmd', 'sha1'],
      'PKCS #1 with MD5': ['-rmd', 'md5'],
      'PSS with SHA-1': ['-rmd', 'sha1', ...pss],
      'PSS with SHA-1 and a salt of 20, so that no parameter is said': [
        ...['-rmd', 'sha1', ...pss, ...salt(20)],
      ],
      'PSS with SHA-224': ['-rmd', 'sha224', ...pss],
      'PSS with SHA-1 in its mask': ['-rmd', 'sha256', ...pss, '-rsigopt', 'rsa_mgf1_md:sha1'],
      'PSS with another digest in its mask': [
        ...['-rmd', 'sha256', ...pss, '-rsigopt', 'rsa_mgf1_md:sha512'],
      ],
    },
  },
  {
    name: 'RSA for PSS alone',
    key: ['-algorithm', 'RSA-PSS', ...rsaKey],
    believed: { 'PSS with SHA-256': ['-rmd', 'sha256'], 'PSS with SHA-512': ['-rmd', 'sha512'] },
    refused: { 'PSS with SHA-1': ['-rmd', 'sha1'] },
  },
  {
    name: 'RSA for PSS with SHA-256 alone',
    key: [
      ...['-algorithm', 'RSA-PSS', ...rsaKey, '-pkeyopt', 'rsa_pss_keygen_md:sha256'],
      ...['-pkeyopt', 'rsa_pss_keygen_mgf1_md:sha256', '-pkeyopt', 'rsa_pss_keygen_saltlen:32'],
    ],
    believed: { 'PSS with SHA-256': ['-rmd', 'sha256'] },
  },
  { name: 'Ed25519', key: ['-algorithm', 'ed25519'], believed: { Ed25519: [] } },
  {
    name: 'P-256',
    key: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    believed: { 'ECDSA with SHA-256': ['-rmd', 'sha256'] },
    refused: { 'ECDSA with SHA-1': ['-rmd', 'sha1'] },
  },
]

for (const { name, key, certificates = [], believed, refused = {} } of kinds) {
  describe(`openssl ocsp, with keys of ${name}`, function () {
    this.timeout(600_000)
    this.slow(2_000)
    let folder: string

    const file = (part: string) => join(folder, part)
    const openssl = (...parts: readonly (readonly string[])[]) => run('openssl', parts.flat())
    const read = async (part: string) => new X509Certificate(await readFile(file(part)))

    before(async function () {
      needProgram('openssl', this)
      folder = mkdtempSync(join(tmpdir(), 'holdfast-ocsp-'))
      const byAuthority = ['-CA', file('ca.pem'), '-CAkey', file('ca.key')]
      for (const one of ['ca', 'responder', 'device']) {
        await openssl(['genpkey', ...key, '-out', file(`${one}.key`)])
      }
      await openssl(
        ['req', '-x509', '-key', file('ca.key'), '-subj', '/CN=Lab authority'],
        ['-out', file('ca.pem'), ...certificates],
      )
      await writeFile(file('responder.ext'), 'extendedKeyUsage=OCSPSigning\nnoCheck=yes\n')
      await writeFile(file('device.ext'), 'extendedKeyUsage=clientAuth\n')
      for (const [one, serial] of [
        ['responder', '0x02'],
        // Its first bit is set, so that it needs an octet of zeros before it.
        ['device', '0xf00000000000000001'],
      ] as const) {
        await openssl(
          ['req', '-new', '-key', file(`${one}.key`), '-subj', `/CN=${one}`],
          ['-out', file(`${one}.csr`)],
        )
        await openssl(
          ['x509', '-req', '-in', file(`${one}.csr`), ...byAuthority, '-set_serial', serial],
          ['-extfile', file(`${one}.ext`), '-out', file(`${one}.pem`), ...certificates],
        )
      }
      const row = ['V', '400101000000Z', '', 'F00000000000000001', 'unknown', '/CN=device']
      await writeFile(file('index.txt'), `${row.join('\t')}\n`)
      const id = certificateId(await read('device.pem'), await read('ca.pem'))
      if (id === undefined) throw new Error('no id')
      await writeFile(file('request'), encodeOcspRequest(id))
    })

    after(() => rmSync(folder, { recursive: true, force: true }))

    async function askFor(signer: string, options: readonly string[]): Promise<Buffer> {
      await openssl(
        ['ocsp', '-reqin', file('request'), '-index', file('index.txt'), '-CA', file('ca.pem')],
        ['-rsigner', file(`${signer}.pem`), '-rkey', file(`${signer}.key`), ...options],
        ['-ndays', '1', '-respout', file('answer'), '-noverify'],
      )
      return readFile(file('answer'))
    }

    /** What OpenSSL itself thinks of an answer. */
    async function judge(answer: Uint8Array): Promise<string> {
      await writeFile(file('answer'), answer)
      const verdict = openssl(
        ['ocsp', '-respin', file('answer'), '-CAfile', file('ca.pem'), '-no_nonce'],
        ['-issuer', file('ca.pem'), '-cert', file('device.pem')],
      )
      const { stdout, stderr } = await verdict.catch((failed) => failed)
      return `${stdout}${stderr}`
    }

    async function readAnswer(answer: Uint8Array): Promise<string | undefined> {
      const id = certificateId(await read('device.pem'), await read('ca.pem'))
      return id && readOcspResponse(answer, id, Date.now())?.status
    }

    for (const signer of ['ca', 'responder']) {
      const who = signer === 'ca' ? 'the authority' : 'a responder that it has entitled'

      for (const [what, options] of Object.entries(believed)) {
        it(`believes ${who}: ${what}`, async () => {
          const answer = await askFor(signer, options)
          expect(await judge(answer))
            .to.include('Response verify OK')
            .and.include(': good')
          expect(await readAnswer(answer)).to.equal('good')
        })
      }

      for (const [what, options] of Object.entries(refused)) {
        it(`does not believe ${who}: ${what}, though OpenSSL does`, async () => {
          const answer = await askFor(signer, options)
          expect(await judge(answer)).to.include('Response verify OK')
          expect(await readAnswer(answer)).to.equal(undefined)
        })
      }
    }

    it('believes nothing that was changed on its way, as OpenSSL does not', async () => {
      const [options = []] = Object.values(believed)
      const answer = await askFor('ca', options)
      // An hour or ten away: the first time is that of the answer, in ASCII.
      const at = answer.indexOf('Z') - 6
      const changed = Buffer.from(answer.map((byte, index) => (index === at ? byte ^ 1 : byte)))
      expect(await judge(changed)).to.not.include('Response verify OK')
      expect(await readAnswer(changed)).to.equal(undefined)
    })
  })
}
