using System.Text;

namespace IpsecDp.Ike.Identity;

/// <summary>Comparison of host and user names as octets, so that nothing inside (a NUL, a bad sequence) can end a name early.</summary>
internal static class HostNames
{
    /// <summary>RFC 5280 §7.2: letter case of ASCII does not count; everything else does.</summary>
    public static bool AreSame(ReadOnlySpan<byte> one, ReadOnlySpan<byte> two) => one.Length > 0 && Ascii.EqualsIgnoreCase(one, two);

    /// <summary>RFC 5280 §7.5: the part before the @ with letter case, the host without.</summary>
    public static bool AreSameUsers(ReadOnlySpan<byte> one, ReadOnlySpan<byte> two)
    {
        var (at, otherAt) = (one.LastIndexOf((byte)'@'), two.LastIndexOf((byte)'@'));
        return at > 0 && at == otherAt && one[..at].SequenceEqual(two[..at]) && AreSame(one[(at + 1)..], two[(at + 1)..]);
    }

    /// <summary>Whether a host is in a domain, at any depth; a domain is not in itself.</summary>
    public static bool IsInDomain(ReadOnlySpan<byte> host, ReadOnlySpan<byte> domain) =>
        domain.Length > 0 && host.Length > domain.Length + 1 && host[^(domain.Length + 1)] == (byte)'.' && AreSame(host[^domain.Length..], domain);

    /// <summary>The host part of a user; empty where there is no @.</summary>
    public static ReadOnlySpan<byte> HostOf(ReadOnlySpan<byte> user) => user.LastIndexOf((byte)'@') is > 0 and var at ? user[(at + 1)..] : [];
}
