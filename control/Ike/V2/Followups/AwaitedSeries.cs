using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.V2.States;

namespace IpsecDp.Ike.V2.Followups;

/// <summary>What a peer asked for by CREATE_CHILD_SA and gets once its further key exchanges are run (RFC 9370 §2.2.4); until then nothing of it exists.</summary>
internal abstract class AwaitedSeries(IkeSaV2 sa, IEnumerable<ushort> methods, Octets lowestNonce) : IDisposable
{
    /// <summary>The IKE SA it was asked in.</summary>
    public IkeSaV2 Sa { get; } = sa;

    /// <summary>The lower of the two nonces of the CREATE_CHILD_SA, which settles a collision.</summary>
    public Octets LowestNonce { get; } = lowestNonce;

    /// <summary>Methods that are still to be run.</summary>
    public Queue<ushort> Left { get; } = new(methods);

    /// <summary>SK(1) to SK(n), as far as they are agreed.</summary>
    public List<SecretBytes> Secrets { get; } = [];

    /// <summary>The blob that names it in the next request.</summary>
    public Octets Link { get; set; }

    /// <summary>When it is forgotten.</summary>
    public DateTimeOffset Until { get; set; }

    /// <summary>The last exchange is run: makes what was asked for and answers.</summary>
    public abstract IkeState Conclude(PeerSession session, Established state, IkeMessage request, KeyExchangePayload value, in IkeTurn turn);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var secret in Secrets)
        {
            secret.Dispose();
        }

        Secrets.Clear();
        Release();
    }

    /// <summary>Time ran out: what waited for it may go on.</summary>
    public virtual void Expire(in IkeTurn turn)
    {
    }

    /// <summary>Gives back what else is held.</summary>
    protected abstract void Release();
}
