import { expect } from 'chai'
import { browserServices, findService } from '../../../src/delivery/push/services.ts'

const own = { host: 'push.corp.example', port: 443, addresses: [] }
const onPort = { host: 'push.lab.example', port: 8443, addresses: [] }
const services = [...browserServices, own, onPort]
const isAllowed = (endpoint: string) => findService(endpoint, services) !== undefined

describe('where a notification may go (PEOPLE R15)', () => {
  for (const endpoint of [
    'https://fcm.googleapis.com/fcm/send/abc:APA91bH',
    'https://updates.push.services.mozilla.com/wpush/v2/gAAAA',
    'https://web.push.apple.com/QGuQyavXutnMH',
    'https://wns2-par02p.notify.windows.com/w/?token=BQYAAA',
    'https://push.corp.example/x',
    'https://push.lab.example:8443/x',
  ]) {
    it(`takes ${endpoint}`, () => {
      expect(isAllowed(endpoint)).to.equal(true)
    })
  }

  for (const [why, endpoint] of [
    ['no TLS', 'http://fcm.googleapis.com/fcm/send/abc'],
    ['another protocol', 'file:///etc/passwd'],
    ['this machine', 'https://127.0.0.1:9200/_search'],
    ['this machine by name', 'https://localhost/x'],
    ['an address', 'https://10.0.0.5/x'],
    ['an address as one number', 'https://2130706433/x'],
    ['an address of IPv6', 'https://[::1]/x'],
    ['metadata of a cloud', 'https://169.254.169.254/latest/meta-data/'],
    ['another port', 'https://fcm.googleapis.com:8443/x'],
    ['another port of a service of ours', 'https://push.lab.example/x'],
    ['a name', 'https://alice@fcm.googleapis.com/x'],
    ['a name and a password', 'https://fcm.googleapis.com:443@evil.example/x'],
    ['another host', 'https://evil.example/x'],
    ['a host that ends alike', 'https://evilfcm.googleapis.com/x'],
    ['a host below one', 'https://a.fcm.googleapis.com/x'],
    ['a host that begins alike', 'https://fcm.googleapis.com.evil.example/x'],
    ['the bare name of a star', 'https://push.apple.com/x'],
    ['a name that ends like a star', 'https://evilpush.apple.com/x'],
    ['a dot at the end', 'https://fcm.googleapis.com./x'],
    ['capitals, which are written small', 'https://FCM.googleapis.com/x'],
    ['a backslash', 'https:\\\\fcm.googleapis.com\\x'],
    ['a blank', ' https://fcm.googleapis.com/x'],
    ['a tab inside', 'https://fcm.googleapis.com/x\ty'],
    ['a line end', 'https://fcm.googleapis.com/x\r\nHost: evil.example'],
    ['a part behind #', 'https://fcm.googleapis.com/x#y'],
    ['more than 1,000 bytes', `https://fcm.googleapis.com/${'x'.repeat(1_000)}`],
    ['nothing', ''],
    ['no address', 'fcm.googleapis.com'],
  ] as const) {
    it(`refuses ${why}`, () => {
      expect(isAllowed(endpoint)).to.equal(false)
    })
  }
})
