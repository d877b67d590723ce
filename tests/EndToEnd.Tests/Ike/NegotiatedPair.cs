using EndToEnd.Tests.HostPath;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>Two namespaces whose hosts protect everything between them in transport mode by keys they agree on, and a tap on their link.</summary>
internal sealed class NegotiatedPair : IDisposable
{
    private readonly string[] _addresses;
    private readonly KeyExchangePolicyText[] _policies;

    public NegotiatedPair(bool isV6)
    {
        _addresses = isV6 ? [$"{NetworkNamespaces.AddressV6OfA}", $"{NetworkNamespaces.AddressV6OfB}"] : [$"{NetworkNamespaces.AddressOfA}", $"{NetworkNamespaces.AddressOfB}"];
        Spaces = new NetworkNamespaces();
        Tap = new WireTap(Spaces.A);
        _policies = [Policy(0), Policy(1)];
    }

    /// <summary>Where they live.</summary>
    public NetworkNamespaces Spaces { get; }

    /// <summary>What hears the link.</summary>
    public WireTap Tap { get; }

    /// <summary>Starts the data plane of a host, 0 for A, and waits until it is ready.</summary>
    public NegotiatedHost Start(int host, string encapsulation) => NegotiatedHost.With(host == 0 ? Spaces.A : Spaces.B, _policies[host], "--capture", "nfqueue", "--encap", encapsulation);

    /// <summary>A pings B, and every echo has to come back.</summary>
    public void Ping(int count) => Spaces.A.Ping(_addresses[1], count);

    public void Dispose()
    {
        Tap.Dispose();
        Spaces.Dispose();
        Array.ForEach(_policies, policy => policy.Dispose());
    }

    private KeyExchangePolicyText Policy(int host) => new(_addresses[host], _addresses[1 - host], _addresses[host], _addresses[1 - host], mode: "Transport");
}
