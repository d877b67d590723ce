using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Crashes;

/// <summary>An answer in clear that says the peer does not know the IKE SA: without the token it gave for it, nothing (RFC 6290 §4.5).</summary>
internal static class CrashNotice
{
    /// <summary>Takes it from whatever address it comes; with the right token the IKE SA and its children end unheard, and automatic children start at once.</summary>
    public static void Take(IkeSaV2 sa, in IkePath path, ReadOnlySpan<byte> datagram, in IkeTurn turn)
    {
        if (!sa.Host.CrashChecks.TryTake(sa.Host.Model.Limits.CrashTokens, turn.Now))
        {
            IkeHost.Refuse(path, new(IkeFault.RateLimited, PayloadType.Notify), turn);
        }
        else if (!IkeMessage.TryRead(datagram, out var message, out var failure))
        {
            IkeHost.Refuse(path, failure, turn);
        }
        else if (message.FindNotify(NotifyType.QuickCrashDetection) is null)
        {
            IkeHost.Refuse(path, new(IkeFault.NotEncrypted), turn);
        }
        else if (sa.PeerToken is null || sa.State is not Established || message.FindNotify(NotifyType.InvalidIkeSpi) is null || !CrashTokens.Prove(sa, message))
        {
            IkeHost.Refuse(path, new(IkeFault.CrashTokenWrong, PayloadType.Notify), turn);
        }
        else
        {
            sa.IsProven = true;
            End(sa, turn);
        }
    }

    private static void End(IkeSaV2 sa, in IkeTurn turn)
    {
        var session = sa.Session!;
        if (session.Current != sa)
        {
            sa.State.Abandon(sa, turn);
            sa.Enter(Closed.Instance, turn);
            return;
        }

        session.Drop(sa, "the peer lost it and proved that (RFC 6290)", isLost: false, turn);
        session.WantAgain(TimeSpan.Zero, turn);
    }
}
