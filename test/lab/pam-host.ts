import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const script = new URL('./pam-host.sh', import.meta.url).pathname
const localPassword = 'local-password'
export const person = 'hf-alice'

/** A Linux host that asks a RADIUS server through PAM. Its files are nobody else's. */
export type PamHost = {
  readonly localPassword: string
  /** Whether PAM lets the person in who gives these answers, one a question. */
  signIn(service: string, answers: readonly string[]): Promise<boolean>
  remove(): void
}

/**
 * Makes a host where `person` has a local password too. `services`: the lines of each file under
 * /etc/pam.d. `server`: the line of pam_radius_auth.conf.
 */
export function createPamHost(
  services: Readonly<Record<string, readonly string[]>>,
  server: string,
): PamHost {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-pam-'))
  const pam = join(folder, 'pam.d')
  mkdirSync(pam)
  cpSync('/etc/pam.d', pam, { recursive: true })
  for (const [service, lines] of Object.entries(services)) {
    writeFileSync(join(pam, service), `${lines.join('\n')}\n`)
  }
  const hash = execFileSync('openssl', ['passwd', '-6', localPassword]).toString().trim()
  const passwd = `${person}:x:64999:65534::/nonexistent:/bin/sh\n`
  writeFileSync(join(folder, 'passwd'), readFileSync('/etc/passwd', 'utf8') + passwd)
  const shadow = `${person}:${hash}:19000:0:99999:7:::\n`
  writeFileSync(join(folder, 'shadow'), readFileSync('/etc/shadow', 'utf8') + shadow, {
    mode: 0o600,
  })
  writeFileSync(join(folder, 'pam_radius_auth.conf'), `${server}\n`, { mode: 0o600 })
  return {
    localPassword,
    signIn(service, answers) {
      const child = spawn('unshare', ['--mount', script, folder, service, person], {
        stdio: ['pipe', 'ignore', 'ignore'],
      })
      child.stdin.on('error', () => {})
      child.stdin.end(`${answers.join('\n')}\n`)
      return new Promise((resolve, reject) => {
        child.once('error', reject)
        child.once('exit', (code) => resolve(code === 0))
      })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
