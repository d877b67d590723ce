using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.V2;

/// <summary>The one translation of a failure to the notification that tells the peer (RFC 7296 §3.10.1); null where silence is right.</summary>
internal static class NotifyMap
{
    /// <summary>The notification, to be sent under protection only.</summary>
    public static NotifyPayload? Of(in IkeFailure failure) => failure switch
    {
        { Fault: IkeFault.UnknownCriticalPayload } => Notice.UnsupportedCriticalPayload((byte)failure.Detail),
        { Fault: IkeFault.NoProposalChosen or IkeFault.ProposalNotOffered } => new(NotifyType.NoProposalChosen),
        { Fault: IkeFault.SelectorsUnacceptable or IkeFault.SelectorsWidened } => new(NotifyType.TsUnacceptable),
        { Fault: IkeFault.SinglePairRequired } => new(NotifyType.SinglePairRequired),
        { Fault: IkeFault.KeyExchangeMismatch } => Notice.InvalidKePayload((ushort)failure.Detail),
        { Fault: IkeFault.AuthenticationFailed } => new(NotifyType.AuthenticationFailed),
        { Family: IkeFaultFamily.Chain or IkeFaultFamily.Payload or IkeFaultFamily.Encryption or IkeFaultFamily.Fragment } => new(NotifyType.InvalidSyntax),
        _ => null,
    };
}
