using System.Globalization;

namespace IpsecDp.TestKit.Namespaces;

/// <summary>Three network namespaces in a row, for one test: a host in A, a router in the middle that masquerades everything A sends with other UDP ports, and a host in B that cannot reach A first; all go when it is disposed.</summary>
public sealed class NattedNamespaces : IDisposable
{
    /// <summary>The address of the host behind the NAT.</summary>
    public const string Inner = "10.77.0.1";

    /// <summary>The address the host behind the NAT is seen with.</summary>
    public const string Translated = "10.78.0.254";

    /// <summary>The address of the other host.</summary>
    public const string Outer = "10.78.0.2";

    /// <summary>The least of the ports the NAT gives.</summary>
    public const int LeastPort = 20000;

    /// <summary>The highest of the ports the NAT gives.</summary>
    public const int HighestPort = 29999;

    /// <summary>The least of the ports the NAT gives after its mappings changed.</summary>
    public const int LeastPortAfterwards = 30000;

    /// <summary>The highest of those.</summary>
    public const int HighestPortAfterwards = 39999;

    private const string Gateway = "10.77.0.254";

    private readonly NetworkNamespaces _spaces;
    private readonly NetworkNamespace _middle;

    /// <summary>Makes them.</summary>
    public NattedNamespaces()
    {
        _spaces = new NetworkNamespaces();
        _middle = _spaces.AddBetween(Gateway, Translated, Outer);
        _middle.Run(() => File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1"));
        Masquerade(LeastPort, HighestPort);
        A.Ip("route", "add", "default", "via", Gateway);
    }

    /// <summary>Why there can be none here, or null where there can.</summary>
    public static string? Hindrance => NetworkNamespaces.Hindrance ?? (File.Exists("/usr/sbin/iptables") ? null : "needs iptables");

    /// <summary>The host behind the NAT.</summary>
    public NetworkNamespace A => _spaces.A;

    /// <summary>The host in front of it.</summary>
    public NetworkNamespace B => _spaces.B;

    /// <summary>Both hosts, as traffic between them wants them.</summary>
    public NetworkNamespaces Hosts => _spaces;

    /// <summary>The NAT forgets what it gave, and gives ports from <see cref="LeastPortAfterwards"/> on instead.</summary>
    public void ChangeMappings()
    {
        _middle.Execute("iptables", "-t", "nat", "-F", "POSTROUTING");
        Masquerade(LeastPortAfterwards, HighestPortAfterwards);

        // The kernel drops what it masqueraded with an address when the address goes.
        _middle.Ip("addr", "del", $"{Translated}/24", "dev", NetworkNamespaces.FarLink);
        _middle.Ip("addr", "add", $"{Translated}/24", "dev", NetworkNamespaces.FarLink);
    }

    private void Masquerade(int least, int highest) => _middle.Execute(
        "iptables", "-w", "-t", "nat", "-A", "POSTROUTING", "-o", NetworkNamespaces.FarLink, "-p", "udp", "-j", "MASQUERADE",
        "--to-ports", string.Create(CultureInfo.InvariantCulture, $"{least}-{highest}"));

    /// <inheritdoc/>
    public void Dispose() => _spaces.Dispose();
}
