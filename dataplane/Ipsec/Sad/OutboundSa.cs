using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ipsec.Esp;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ipsec.Sad;

/// <summary>State around one outbound model: its numbers, limits, counters and expanded keys. Its bundle's lock guards numbers and limits.</summary>
public sealed class OutboundSa(SaModel model, SaTransform transform, TimeProvider time) : IDisposable
{
    /// <summary>What control decided.</summary>
    public SaModel Model => model;

    /// <summary>Cipher or MAC.</summary>
    public SaTransform Transform => transform;

    /// <summary>What ESP adds to a packet.</summary>
    public EspGeometry Geometry { get; } = new(model);

    /// <summary>What the network sees behind the IP header: ESP, or UDP around it.</summary>
    public byte OuterProtocol { get; } = model.Encapsulation is null ? IpProtocol.Esp : IpProtocol.Udp;

    /// <summary>What never changes in the outer header of a tunnel that ESP makes.</summary>
    public IpHeaderTemplate Outer { get; } = TunnelHeader.TemplateOf(model, model.Encapsulation is null ? IpProtocol.Esp : IpProtocol.Udp);

    /// <summary>The numbers.</summary>
    public SequenceCounter Sequence { get; } = new(model.ExtendedSequenceNumbers, model.InitialSequence);

    /// <summary>The limits.</summary>
    public LifetimeWatch Lifetime { get; } = new(model.Lifetime, time);

    /// <summary>What it sealed.</summary>
    public SaCounters Counters { get; } = new();

    /// <summary>Zeroes the keys.</summary>
    public void Dispose() => transform.Dispose();
}
