using IpsecDp.Ipsec.Sad;
using IpsecDp.Policy.Text;

namespace IpsecDp.Policy.Config;

/// <summary>The IpManVpnAction statement: a tunnel whose keys the operator hands out; what is null was not given.</summary>
internal sealed record IpManVpnAction(string Name, SourcePosition Position) : INamedStatement, IDisposable
{
    /// <summary>Active: whether it carries traffic from the start.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>LocalSecurityEndpointAddr(Ref).</summary>
    public EndpointChoice? Local { get; init; }

    /// <summary>RemoteSecurityEndpointAddr(Ref).</summary>
    public EndpointChoice? Remote { get; init; }

    /// <summary>PassthroughDF.</summary>
    public Placed<DontFragmentRule>? PassthroughDf { get; init; }

    /// <summary>PassthroughDSCP.</summary>
    public Placed<bool>? PassthroughDscp { get; init; }

    /// <summary>EcnPassthrough, an extension.</summary>
    public Placed<bool>? EcnPassthrough { get; init; }

    /// <summary>HowToEncap.</summary>
    public Placed<SaMode>? Encapsulation { get; init; }

    /// <summary>HowToEncrypt.</summary>
    public Placed<Cipher>? Encryption { get; init; }

    /// <summary>HowToAuth ESP.</summary>
    public Placed<Authentication>? EspAuthentication { get; init; }

    /// <summary>HowToAuth AH.</summary>
    public Placed<Authentication>? AhAuthentication { get; init; }

    /// <summary>SPIs and keys of ESP.</summary>
    public required LayerKeys Esp { get; init; }

    /// <summary>SPIs and keys of AH.</summary>
    public required LayerKeys Ah { get; init; }

    /// <summary>ReplayWindow, an extension: packets, 0 for Off.</summary>
    public Placed<int>? ReplayWindow { get; init; }

    /// <summary>ExtendedSequenceNumbers, an extension.</summary>
    public Placed<bool>? ExtendedSequenceNumbers { get; init; }

    /// <summary>UdpEncapsulation, an extension; a null value is No.</summary>
    public Placed<UdpEncapsulation?>? UdpEncapsulation { get; init; }

    /// <summary>LifetimePackets, LifetimeBytes and LifetimeSeconds, extensions.</summary>
    public SaLifetime Lifetime { get; init; } = SaLifetime.Unlimited;

    /// <summary>TfcPadding, an extension.</summary>
    public Placed<int>? TfcPadding { get; init; }

    /// <summary>PathMtu, an extension.</summary>
    public Placed<int>? PathMtu { get; init; }

    /// <summary>AllowLegacy, an extension.</summary>
    public bool AllowLegacy { get; init; }

    /// <summary>Keywords of the lines in the block, right or wrong.</summary>
    public required IReadOnlySet<string> Given { get; init; }

    /// <summary>Zeroes the keys.</summary>
    public void Dispose()
    {
        Esp.Dispose();
        Ah.Dispose();
    }
}
