import { useEffect, useState } from 'preact/hooks'

/** Dark on white in both themes: many readers want it so. The library is loaded only here. */
export function QrCode({ text, alt }: { text: string; alt: string }) {
  const [code, setCode] = useState<{ size: number; path: string }>()
  useEffect(() => {
    void import('../logic/qr.ts').then(({ qrPath }) => setCode(qrPath(text)))
  }, [text])
  return (
    <div class="qr">
      {code && (
        <svg role="img" aria-label={alt} viewBox={`0 0 ${code.size} ${code.size}`}>
          <path d={code.path} />
        </svg>
      )}
    </div>
  )
}
