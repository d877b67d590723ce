using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;

namespace Control.Tests.Ike.V2.Kit;

/// <summary>A datagram between two ends.</summary>
/// <param name="FromLeft">Who sent it.</param>
/// <param name="Number">Its place among all that were sent, from 0.</param>
/// <param name="Path">Its path, seen by the sender.</param>
/// <param name="Octets">What is in it.</param>
internal sealed record LinkDatagram(bool FromLeft, int Number, IkePath Path, byte[] Octets)
{
    /// <summary>Its header; of a keepalive nothing.</summary>
    public IkeHeader Header => IkeHeader.TryRead(Octets, out var header, out IkeFailure _) ? header : default;

    /// <summary>Whether it is a request of an exchange.</summary>
    public bool IsRequest(ExchangeType exchange) => Header.Exchange == exchange && !Header.IsResponse;

    /// <summary>Whether it is a response of an exchange.</summary>
    public bool IsResponse(ExchangeType exchange) => Header.Exchange == exchange && Header.IsResponse;
}
