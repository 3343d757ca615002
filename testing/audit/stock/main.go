// Command stock checks an exported log and proof files with libraries that are not ours: Go's own sumdb/tlog and
// sumdb/note, and transparency-dev/formats.
//
//	stock <folder> <vkey>... [-- <tlog-proof>...]
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	cosig "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Tlog names tiles with their height before the level; c2sp.org/tlog-tiles has one height only.
func pathOf(tile tlog.Tile) string { return strings.Replace(tile.Path(), "tile/8/", "tile/", 1) }

type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(string(f), pathOf(tile)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func open(text []byte, keys note.Verifiers) (tlog.Tree, []string) {
	opened, err := note.Open(text, keys)
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	raw, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	var names []string
	for _, sig := range opened.Sigs {
		names = append(names, sig.Name)
	}
	return tlog.Tree{N: size, Hash: tlog.Hash(raw)}, names
}

func entries(f folder, size int64) [][]byte {
	var all [][]byte
	for index := int64(0); index*256 < size; index++ {
		width := min(256, size-index*256)
		tile := tlog.Tile{H: 8, L: 0, N: index, W: int(width)}
		path := strings.Replace(pathOf(tile), "tile/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		must(err)
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	return all
}

func checkLog(f folder, keys note.Verifiers) (tlog.Tree, []string) {
	text, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	must(err)
	tree, names := open(text, keys)
	reader := tlog.TileHashReader(tree, f)
	for index, entry := range entries(f, tree.N) {
		path, err := tlog.ProveRecord(tree.N, int64(index), reader)
		must(err)
		must(tlog.CheckRecord(path, tree.N, tree.Hash, int64(index), tlog.RecordHash(entry)))
	}
	return tree, names
}

func checkProof(path string, keys note.Verifiers) {
	data, err := os.ReadFile(path)
	must(err)
	var found proof.TLogProof
	must(found.Unmarshal(data))
	var extra struct{ Entry string }
	must(json.Unmarshal(found.ExtraData, &extra))
	entry, err := base64.RawURLEncoding.DecodeString(extra.Entry)
	must(err)
	tree, _ := open(found.Checkpoint, keys)
	var hashes tlog.RecordProof
	for _, hash := range found.Hashes {
		hashes = append(hashes, tlog.Hash(hash[:]))
	}
	must(tlog.CheckRecord(hashes, tree.N, tree.Hash, int64(found.Index), tlog.RecordHash(entry)))
}

func main() {
	var verifiers []note.Verifier
	rest := os.Args[2:]
	for len(rest) > 0 && rest[0] != "--" {
		verifier, err := cosig.NewVerifierForCosignatureV1(rest[0])
		must(err)
		verifiers = append(verifiers, verifier)
		rest = rest[1:]
	}
	keys := note.VerifierList(verifiers...)
	tree, names := checkLog(folder(os.Args[1]), keys)
	for _, path := range rest[min(1, len(rest)):] {
		checkProof(path, keys)
	}
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{"size": tree.N, "signers": names, "proofs": max(0, len(rest)-1)}))
}
