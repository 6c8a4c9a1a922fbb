package sealed

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// Keys are those that a store is sealed with. The first seals; the others
// still open what they sealed before. Without any, nothing is sealed.
type Keys []key

// key is one key with what is derived from it, so that none of its uses tells
// anything about another.
type key struct {
	id   string // says which key it was, and nothing else
	aead cipher.AEAD
	hash []byte
}

// ParseKeys reads keys in Base64, separated by commas or white space, the one
// that seals first. No error repeats any of it.
func ParseKeys(text string) (Keys, error) {
	var keys Keys
	for i, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' }) {
		k, err := parseKey(word)
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		for j := range keys {
			if keys[j].id == k.id {
				return nil, fmt.Errorf("key %d is the same as key %d", i+1, j+1)
			}
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no key")
	}
	return keys, nil
}

func parseKey(word string) (key, error) {
	secret, err := base64.StdEncoding.DecodeString(word)
	if err != nil || len(secret) != KeySize {
		return key{}, fmt.Errorf("it is not %d bytes in Base64, as `openssl rand -base64 %d` makes them", KeySize, KeySize)
	}
	derive := func(use string, size int) []byte {
		out, err := hkdf.Key(sha256.New, secret, nil, "exchangebot "+use, size)
		if err != nil {
			panic(err) // the size is a constant
		}
		return out
	}
	aead, err := chacha20poly1305.NewX(derive("seal", chacha20poly1305.KeySize))
	if err != nil {
		return key{}, fmt.Errorf("make cipher: %w", err)
	}
	return key{id: hex.EncodeToString(derive("id", 4)), aead: aead, hash: derive("search", 32)}, nil
}

// seal encrypts a value. about says what it is of what: it cannot be opened
// as anything else.
func (k key) seal(value []byte, about string) string {
	nonce := make([]byte, k.aead.NonceSize(), k.aead.NonceSize()+len(value)+k.aead.Overhead())
	_, _ = rand.Read(nonce) // never fails
	return base64.RawStdEncoding.EncodeToString(k.aead.Seal(nonce, nonce, value, []byte(about)))
}

// errSealed says that a value was sealed with another key, or was changed.
var errSealed = errors.New("it cannot be decrypted: it was changed, or stands in another place than it was stored in")

func (k key) open(sealed, about string) ([]byte, error) {
	data, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil || len(data) < k.aead.NonceSize() {
		return nil, errSealed
	}
	n := k.aead.NonceSize()
	value, err := k.aead.Open(nil, data[:n], data[n:], []byte(about))
	if err != nil {
		return nil, errSealed
	}
	return value, nil
}

// keyed is a hash that only those who have the key can make.
func (k key) keyed(value string) string {
	h := hmac.New(sha256.New, k.hash)
	h.Write([]byte(value))
	return base64.RawStdEncoding.EncodeToString(h.Sum(nil))
}

// MissingKeyError says that something stored cannot be read without a key
// that the store was not given. Its text is meant for the operator.
type MissingKeyError struct {
	ID string // which key it is, as it stands beside what it encrypted
}

func (e *MissingKeyError) Error() string {
	return fmt.Sprintf("DATA_KEY: the key %s with which data was encrypted is missing", e.ID)
}

// find is the key of an id, or a [MissingKeyError].
func (keys Keys) find(id string) (key, error) {
	for _, k := range keys {
		if k.id == id {
			return k, nil
		}
	}
	return key{}, &MissingKeyError{id}
}
