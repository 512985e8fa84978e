import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { foreignOrigins, type Manifest, weighFirstPaint } from '../../../scripts/pages-weight.ts'

describe("weight of people's pages", () => {
  const manifest: Manifest = {
    'index.html': {
      file: 'main.js',
      isEntry: true,
      css: ['main.css'],
      dynamicImports: [
        'pages/a/index.ts',
        'pages/b/index.ts',
        'texts/en.ts',
        'texts/fr.ts',
        'qr.ts',
      ],
    },
    'pages/a/index.ts': { file: 'a.js', imports: ['index.html', '_shared.js'] },
    'pages/b/index.ts': { file: 'b.js', imports: ['index.html'] },
    '_shared.js': { file: 'shared.js' },
    'texts/en.ts': { file: 'en.js' },
    'texts/fr.ts': { file: 'fr.js' },
    'qr.ts': { file: 'qr.js' },
  }

  it('counts the document, the entry with its styles and the longest texts, and apart from them the heaviest page', () => {
    const sizes: Readonly<Record<string, number>> = {
      'shared.js': 4000,
      'b.js': 2000,
      'fr.js': 900,
    }
    const { bytes, later } = weighFirstPaint(manifest, (file) => randomBytes(sizes[file] ?? 100))
    // gzip adds some 20 bytes to what it cannot make smaller.
    expect(bytes).to.be.within(3 * 100 + 900, 3 * 130 + 930)
    expect(later).to.be.within(4100, 4160)
  })

  it('finds addresses of other hosts, and lets links to the stores of phones pass', () => {
    expect(
      foreignOrigins(
        'a="https://fonts.example.com/x" b=url(//cdn.example.net/y) c="http://10.0.0.1"',
      ),
    ).to.deep.equal(['https://fonts.example.com', '//cdn.example.net'])
    expect(
      foreignOrigins('"https://apps.apple.com/app/id1" "http://www.w3.org/2000/svg" "a//b"'),
    ).to.deep.equal([])
  })
})
