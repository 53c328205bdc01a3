// Package cos reads the objects of which a PDF is made (ISO 32000-1, 7.3 to 7.5; "Carousel object system" is their old
// name), also of files that others wrote: by cross-reference tables and streams, of all revisions, out of object streams.
// It knows nothing of pages, forms or signatures. What it reads is untrusted: sizes, depths, revisions and the effort of
// reading are bounded, and a file that was damaged is not mended but refused.
package cos
