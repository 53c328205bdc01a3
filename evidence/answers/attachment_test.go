package answers_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/answers"
)

func attesting(names ...string) evidence.Answers {
	var a evidence.Answers
	for _, name := range names {
		a.Attestations = append(a.Attestations, evidence.Attestation{Control: "pw-mysql-root", Attachment: evidence.Attachment{Name: name},
			Cite: evidence.Citation{Item: evidence.AnswersPath, Line: 7}})
	}
	return a
}

func TestAttachments(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "answers")
	for name, text := range map[string]string{"records/Vault Record.PDF": "%PDF-", "note.odd extension": "a", "../secret.txt": "secret"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	linked := os.Symlink(filepath.Join("..", "secret.txt"), filepath.Join(dir, "link.txt")) == nil
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()

	a := attesting("records/Vault Record.PDF", "", "note.odd extension", "records/Vault Record.PDF")
	files, err := answers.ReadAttachments("a.yaml", root.FS(), a)
	if err != nil || len(files) != 2 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	if err := answers.Attach(&a, files); err != nil {
		t.Fatal(err)
	}
	first := a.Attestations[0].Attachment
	if first.Size != 5 || first.Digest != evidence.DigestOf([]byte("%PDF-")) || first.Path != "data/inputs/attachments/"+first.Digest.Short()+".pdf" {
		t.Errorf("%+v", first)
	}
	if second := a.Attestations[2].Attachment; second.Path != "data/inputs/attachments/"+second.Digest.Short() {
		t.Errorf("%+v", second)
	}
	if a.Attestations[3].Attachment != first || a.Attestations[1].Attachment != (evidence.Attachment{}) {
		t.Errorf("%+v", a.Attestations)
	}

	refused := map[string]string{"records": "not a file", "missing.pdf": "no such file"}
	if linked {
		refused["link.txt"] = "escapes"
	}
	for name, want := range refused {
		_, err := answers.ReadAttachments("a.yaml", root.FS(), attesting(name))
		if err == nil || !strings.HasPrefix(err.Error(), "a.yaml:7: attestation of pw-mysql-root: attachment "+name+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	if err := answers.Attach(&a, nil); err == nil {
		t.Error("attached what was not read")
	}
}
