using System.Net;
using System.Net.Sockets;
using IpsecDp.Adapters.Linux;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>One host of a lab in namespaces: where it is and what its addresses are.</summary>
internal sealed record LabSite
{
    /// <summary>What the link between the hosts is called in either namespace.</summary>
    public const string Link = "wire0";

    /// <summary>What the TUN interface is called in either namespace.</summary>
    public const string Tun = "ipsec0";

    /// <summary>A or B.</summary>
    public required string Name { get; init; }

    /// <summary>Its network namespace.</summary>
    public required NamedNetworkNamespace Space { get; init; }

    /// <summary>Its security endpoint, on the link.</summary>
    public required IPAddress Endpoint { get; init; }

    /// <summary>The addresses of its applications, one a family: behind the tunnel of a TUN interface, or the host's own.</summary>
    public required IReadOnlyList<IPAddress> Applications { get; init; }

    /// <summary>Prefixes the other host routes into its tunnel; the applications' addresses unless said otherwise.</summary>
    public IReadOnlyList<string> Reached { get => field ?? [.. Applications.Select(address => $"{address}/{WholeLength(address)}")]; init; }

    /// <summary>The endpoint as the data plane knows it.</summary>
    public IpAddress EndpointAddress => IpAddress.From(Endpoint);

    /// <summary>The families applications can talk in.</summary>
    public IEnumerable<AddressFamily> Families => Applications.Select(address => address.AddressFamily);

    /// <summary>The applications' address of one family.</summary>
    public IPAddress ApplicationOf(AddressFamily family) => Applications.First(address => address.AddressFamily == family);

    /// <summary>The prefix length that means one address.</summary>
    public static int WholeLength(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
}
