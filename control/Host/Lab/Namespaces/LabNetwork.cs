using System.Globalization;
using System.Net;
using IpsecDp.Adapters.Linux;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>Two network namespaces joined by a veth pair; all of it goes when it is disposed.</summary>
internal sealed class LabNetwork : IDisposable
{
    private const int Mtu = 1500;

    private readonly Stack<NamedNetworkNamespace> _made = new();

    /// <summary>Makes both hosts with security endpoints of a family, their applications behind a TUN interface or at the endpoints themselves; throws <see cref="Adapters.AdapterException"/> with nothing left.</summary>
    public LabNetwork(IpVersion family, bool isBehindTun)
        : this(family, isBehindTun ? ["10.91.0.1", "fd91::1"] : [], isBehindTun ? ["10.91.0.2", "fd91::2"] : [])
    {
    }

    /// <summary>Makes both hosts with applications at addresses behind a tunnel, or at the endpoints where there are none; throws <see cref="Adapters.AdapterException"/> with nothing left.</summary>
    public LabNetwork(IpVersion family, IReadOnlyList<string> innerOfA, IReadOnlyList<string> innerOfB)
    {
        try
        {
            A = MakeSite("A", "a", family == IpVersion.V4 ? "192.0.2.1" : "2001:db8:2::1", innerOfA);
            B = MakeSite("B", "b", family == IpVersion.V4 ? "192.0.2.2" : "2001:db8:2::2", innerOfB);
            NamedNetworkNamespace.Join(A.Space, LabSite.Link, B.Space, LabSite.Link, Mtu);
            Raise(A);
            Raise(B);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>One host.</summary>
    public LabSite A { get; }

    /// <summary>The other.</summary>
    public LabSite B { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_made.TryPop(out var space))
        {
            space.Remove();
        }
    }

    private LabSite MakeSite(string name, string suffix, string endpoint, IReadOnlyList<string> inner)
    {
        var space = NamedNetworkNamespace.Create($"{LabIdentity.Names.Own}-{suffix}");
        _made.Push(space);
        return new LabSite
        {
            Name = name,
            Space = space,
            Endpoint = IPAddress.Parse(endpoint),
            Applications = [.. (inner.Count > 0 ? inner : [endpoint]).Select(IPAddress.Parse)],
        };
    }

    private static void Raise(LabSite site)
    {
        var isV4 = IpAddress.From(site.Endpoint).Version == IpVersion.V4;
        // Addresses the kernel gives by itself, and questions for routers, would be traffic nobody asked for.
        SetIpv6(site, "default", "addr_gen_mode", 1);
        SetIpv6(site, LabSite.Link, "addr_gen_mode", 1);
        SetIpv6(site, "default", "accept_ra", 0);
        SetIpv6(site, LabSite.Link, "disable_ipv6", isV4 ? 1 : 0);
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{site.Endpoint}/{(isV4 ? 24 : 64)}");
        site.Space.Ip(isV4 ? ["addr", "add", prefix, "dev", LabSite.Link] : ["addr", "add", prefix, "dev", LabSite.Link, "nodad"]);
        site.Space.Ip("link", "set", LabSite.Link, "up");
    }

    private static void SetIpv6(LabSite site, string device, string name, int value) => site.Space.Run(() =>
    {
        File.WriteAllText($"/proc/sys/net/ipv6/conf/{device}/{name}", value.ToString(CultureInfo.InvariantCulture));
        return true;
    });
}
