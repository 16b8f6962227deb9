package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

const account = "/var/run/secrets/kubernetes.io/serviceaccount/"

// client talks to the API server of the cluster that the pod runs in, as the pod's ServiceAccount.
type client struct {
	http *http.Client
}

func inCluster() (*client, error) {
	authority, err := os.ReadFile(account + "ca.crt")
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		return nil, errors.New("no certificate in " + account + "ca.crt")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	return &client{&http.Client{Transport: transport, Timeout: 10 * time.Second}}, nil
}

func (c *client) call(method, path, contentType string, body, into any) error {
	token, err := os.ReadFile(account + "token")
	if err != nil {
		return err
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(method, "https://kubernetes.default.svc"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+string(token))
	request.Header.Set("Content-Type", contentType)
	answer, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, said)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(said, into)
}

// trustWebhook gives the API server the authority of the webhook's certificate.
func (c *client) trustWebhook(name string, authority []byte) error {
	patch := []map[string]string{{
		"op":    "add",
		"path":  "/webhooks/0/clientConfig/caBundle",
		"value": base64.StdEncoding.EncodeToString(authority),
	}}
	path := "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/" + name
	return c.call(http.MethodPatch, path, "application/json-patch+json", patch, nil)
}

type object struct {
	Metadata struct {
		Name       string `json:"name"`
		Namespace  string `json:"namespace"`
		Generation int64  `json:"generation"`
	} `json:"metadata"`
	Status struct {
		ObservedGeneration int64 `json:"observedGeneration"`
	} `json:"status"`
}

// writeStatuses says of every object of a resource, such as `example.com/v1/colors`, that it is Ready.
func (c *client) writeStatuses(resource string) error {
	group, plural, err := split(resource)
	if err != nil {
		return err
	}
	var list struct {
		Items []object `json:"items"`
	}
	if err := c.call(http.MethodGet, "/apis/"+group+"/"+plural, "application/json", nil, &list); err != nil {
		return err
	}
	for _, one := range list.Items {
		if one.Status.ObservedGeneration == one.Metadata.Generation {
			continue
		}
		condition := map[string]any{
			"type": "Ready", "status": "True", "reason": "Seen", "message": "seen",
			"lastTransitionTime": time.Now().UTC().Format(time.RFC3339),
		}
		status := map[string]any{"observedGeneration": one.Metadata.Generation, "conditions": []any{condition}}
		path := fmt.Sprintf("/apis/%s/namespaces/%s/%s/%s/status", group, one.Metadata.Namespace, plural, one.Metadata.Name)
		patch := map[string]any{"status": status}
		if err := c.call(http.MethodPatch, path, "application/merge-patch+json", patch, nil); err != nil {
			return err
		}
	}
	return nil
}

func split(resource string) (group, plural string, err error) {
	for i := len(resource) - 1; i > 0; i-- {
		if resource[i] == '/' {
			return resource[:i], resource[i+1:], nil
		}
	}
	return "", "", fmt.Errorf("%s is not like group/version/plural", resource)
}
