/* Stands between charon and a kernel that has XFRM and no ESP: what charon would install is written down, one SA a line, and the kernel is asked for something harmless that it grants.
   Lines: source destination spi(hex) mode(0 transport, 1 tunnel) aead-key(hex). The file is named by IPSECDP_SAS. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

typedef ssize_t (*send_call)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);

static void text(int family, const xfrm_address_t *address, char *into)
{
    inet_ntop(family, address, into, INET6_ADDRSTRLEN);
}

static void note(const struct nlmsghdr *message)
{
    const struct xfrm_usersa_info *sa = NLMSG_DATA(message);
    const char *path = getenv("IPSECDP_SAS");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (!file)
        return;

    char source[INET6_ADDRSTRLEN], destination[INET6_ADDRSTRLEN], line[1024];
    text(sa->family, &sa->saddr, source);
    text(sa->family, &sa->id.daddr, destination);
    int length = snprintf(line, sizeof line, "%s %s %08x %u ", source, destination, ntohl(sa->id.spi), sa->mode);
    int left = message->nlmsg_len - NLMSG_SPACE(sizeof *sa);
    const struct nlattr *attribute = (const void *)((const char *)NLMSG_DATA(message) + NLMSG_ALIGN(sizeof *sa));
    while (left >= (int)sizeof *attribute && attribute->nla_len >= sizeof *attribute && attribute->nla_len <= left) {
        if ((attribute->nla_type & NLA_TYPE_MASK) == XFRMA_ALG_AEAD) {
            const struct xfrm_algo_aead *aead = (const void *)(attribute + 1);
            for (unsigned i = 0; i < aead->alg_key_len / 8 && length + 4 < (int)sizeof line; i++)
                length += sprintf(line + length, "%02x", (unsigned char)aead->alg_key[i]);
        }

        left -= NLA_ALIGN(attribute->nla_len);
        attribute = (const void *)((const char *)attribute + NLA_ALIGN(attribute->nla_len));
    }

    fprintf(file, "%s\n", line);
    fclose(file);
}

static int is_xfrm(int descriptor)
{
    int domain = 0, protocol = 0;
    socklen_t length = sizeof domain;
    if (getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0 || domain != AF_NETLINK)
        return 0;

    length = sizeof protocol;
    return getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) == 0 && protocol == NETLINK_XFRM;
}

ssize_t sendto(int descriptor, const void *octets, size_t count, int flags, const struct sockaddr *to, socklen_t to_length)
{
    send_call next = (send_call)dlsym(RTLD_NEXT, "sendto");
    const struct nlmsghdr *message = octets;
    if (count < sizeof *message || !is_xfrm(descriptor))
        return next(descriptor, octets, count, flags, to, to_length);

    switch (message->nlmsg_type) {
    case XFRM_MSG_NEWSA:
    case XFRM_MSG_UPDSA:
        note(message);
        /* fall through */
    case XFRM_MSG_DELSA:
    case XFRM_MSG_NEWPOLICY:
    case XFRM_MSG_UPDPOLICY:
    case XFRM_MSG_DELPOLICY: {
        struct { struct nlmsghdr header; __u32 flags; } harmless = { .header = *message };
        harmless.header.nlmsg_len = sizeof harmless;
        harmless.header.nlmsg_type = XFRM_MSG_NEWSPDINFO;
        harmless.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
        return next(descriptor, &harmless, sizeof harmless, flags, to, to_length) < 0 ? -1 : (ssize_t)count;
    }
    default:
        return next(descriptor, octets, count, flags, to, to_length);
    }
}
