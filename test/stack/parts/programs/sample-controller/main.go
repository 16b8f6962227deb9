// Sample-controller is the controller of one kind, such as many bring along: it admits objects by a webhook of its
// own, whose certificate it makes, and writes their status. Until it serves, no object of the kind can be made.
package main

import (
	"log"
	"net/http"
	"os"
	"time"
)

func main() {
	if len(os.Args) != 5 {
		log.Fatal("usage: sample-controller SERVICE NAMESPACE WEBHOOK RESOURCE")
	}
	service, namespace, webhook, resource := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	certificate, authority, err := selfSigned(service + "." + namespace + ".svc")
	if err != nil {
		log.Fatal(err)
	}
	failed := make(chan error, 2)
	go func() { failed <- serveWebhook(certificate) }()
	api, err := inCluster()
	if err != nil {
		log.Fatal(err)
	}
	for {
		if err := api.trustWebhook(webhook, authority); err == nil {
			break
		}
		log.Printf("the webhook %s does not know the certificate yet: %v", webhook, err)
		time.Sleep(200 * time.Millisecond)
	}
	go func() {
		ready := http.NewServeMux()
		ready.HandleFunc("/readyz", func(http.ResponseWriter, *http.Request) {})
		failed <- http.ListenAndServe(":8080", ready)
	}()
	for {
		select {
		case err := <-failed:
			log.Fatal(err)
		case <-time.After(500 * time.Millisecond):
			if err := api.writeStatuses(resource); err != nil {
				log.Printf("statuses: %v", err)
			}
		}
	}
}
