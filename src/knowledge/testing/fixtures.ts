import { deflateRawSync, deflateSync } from 'node:zlib';
import { Document, HeadingLevel, Packer, Paragraph, Table, TableCell, TableRow } from 'docx';
import { PDFDocument, StandardFonts } from 'pdf-lib';

/** A PDF with these lines of text, an array a page. */
export async function pdfOf(pages: readonly (readonly string[])[]): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const lines of pages) {
    const page = pdf.addPage([595, 842]);
    for (const [index, line] of lines.entries())
      page.drawText(line, { x: 50, y: 790 - 16 * index, size: 11, font });
  }
  return pdf.save();
}

/** A PDF of one page with these pieces of text, each placed by itself. */
export async function pdfOfPieces(
  pieces: readonly { readonly text: string; readonly x: number; readonly y: number }[],
): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  const page = pdf.addPage([595, 842]);
  for (const { text, x, y } of pieces) page.drawText(text, { x, y, size: 11, font });
  return pdf.save();
}

/** A PDF of one page with a form on it, filled in. */
export async function formPdf(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  const page = pdf.addPage([595, 842]);
  for (const [text, x, y] of [
    ['Name:', 50, 700],
    ['Born:', 320, 700],
    ['Where do you live?', 50, 665],
    ['Thank you.', 50, 60],
  ] as const)
    page.drawText(text, { x, y, size: 11, font });
  const form = pdf.getForm();
  const field = (name: string, value: string, x: number, y: number) => {
    const text = form.createTextField(name);
    text.setText(value);
    text.addToPage(page, { x, y, width: 150, height: 18 });
  };
  // Not in the order in which they are read.
  field('Text2', '1815', 360, 696);
  field('Text1', 'Ada Lovelace', 100, 696);
  field('Text3', 'London\nMarylebone', 50, 640);
  field('remarks', 'None so far', 300, 400);
  field('empty', '', 300, 350);
  const country = form.createDropdown('country');
  country.addOptions(['Norway', 'Chile']);
  country.select('Chile');
  country.addToPage(page, { x: 300, y: 300, width: 150, height: 18 });
  const plan = form.createRadioGroup('plan');
  for (const [index, name] of ['gold', 'silver'].entries())
    plan.addOptionToPage(name, page, { x: 300 + 50 * index, y: 250, width: 15, height: 15 });
  plan.select('silver');
  return pdf.save();
}

/** A PDF of one page that only has a picture on it. */
export async function pictureOnlyPdf(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  pdf.addPage([200, 200]).drawImage(await pdf.embedPng(png), { x: 10, y: 10, width: 100, height: 100 });
  return pdf.save();
}

/** A PDF that says it is encrypted, with a user password that nobody knows. */
export function lockedPdf(): Uint8Array {
  const secret = 'ab'.repeat(32);
  return assemblePdf(
    [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>',
      `<< /Filter /Standard /V 1 /R 2 /Length 40 /P -44 /O <${secret}> /U <${secret}> >>`,
    ],
    '/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]',
  );
}

/** A PDF whose page content unpacks, in `layers` steps, to `bytes` blanks. */
export function bombPdf(bytes: number, layers = 1): Uint8Array {
  let packed: Buffer = Buffer.alloc(bytes, 0x20);
  for (let layer = 0; layer < layers; layer++) packed = deflateSync(packed, { level: 9 });
  const filters = Array.from({ length: layers }, () => '/FlateDecode').join(' ');
  return assemblePdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R >>',
    `<< /Length ${packed.length} /Filter [${filters}] >>\nstream\n${packed.toString('latin1')}\nendstream`,
  ]);
}

function assemblePdf(objects: readonly string[], trailer = ''): Uint8Array {
  let body = '%PDF-1.4\n';
  const offsets: number[] = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(body.length);
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  return Buffer.from(
    `${body}xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${body.length}\n%%EOF`,
    'latin1',
  );
}

export type DocxPart =
  | { heading: string; level: 1 | 2 }
  | { text: string }
  | { rows: readonly (readonly string[])[] };

/** A Word document of these parts. */
export async function docxOf(parts: readonly DocxPart[]): Promise<Uint8Array> {
  const children = parts.map((part) => {
    if ('heading' in part) {
      const heading = part.level === 1 ? HeadingLevel.HEADING_1 : HeadingLevel.HEADING_2;
      return new Paragraph({ text: part.heading, heading });
    }
    if ('text' in part) return new Paragraph(part.text);
    const rows = part.rows.map(
      (cells) =>
        new TableRow({ children: cells.map((cell) => new TableCell({ children: [new Paragraph(cell)] })) }),
    );
    return new Table({ rows });
  });
  return Packer.toBuffer(new Document({ sections: [{ children }] }));
}

/** A Word document of one paragraph, of which this is the XML. */
export function docxOfXml(paragraph: string): Uint8Array {
  const formats = 'http://schemas.openxmlformats.org';
  const type = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
  return zipOf([
    {
      name: '[Content_Types].xml',
      content: `<Types xmlns="${formats}/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="${type}"/></Types>`,
    },
    {
      name: '_rels/.rels',
      content: `<Relationships xmlns="${formats}/package/2006/relationships"><Relationship Id="r1" Type="${formats}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    },
    {
      name: 'word/document.xml',
      content: `<w:document xmlns:w="${formats}/wordprocessingml/2006/main"><w:body><w:p>${paragraph}</w:p></w:body></w:document>`,
    },
  ]);
}

export interface ZipPart {
  readonly name: string;
  readonly content: Uint8Array | string;
  /** What the zip claims of the size when unpacked; the truth by default. */
  readonly claimedBytes?: number;
}

/** A zip file, written by hand so that it can lie. */
export function zipOf(parts: readonly ZipPart[]): Uint8Array {
  const chunks: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claimedBytes } of parts) {
    const raw = Buffer.from(content);
    const packed = deflateRawSync(raw);
    const size = claimedBytes ?? raw.length;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(size, 22);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(size, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(offset, 42);
    chunks.push(local, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...chunks, list, end]);
}
