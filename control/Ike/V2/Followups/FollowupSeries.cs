using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.V2.Followups;

/// <summary>The further key exchanges behind a CREATE_CHILD_SA from here (RFC 9370 §2.2.4): one IKE_FOLLOWUP_KE each, in their order. What they gave is zeroed on dispose.</summary>
internal sealed class FollowupSeries(IEnumerable<ushort> methods) : IDisposable
{
    private readonly Queue<ushort> _left = new(methods);
    private readonly List<SecretBytes> _secrets = [];
    private IKeyExchange? _exchange;

    /// <summary>SK(1) to SK(n), as far as they are agreed.</summary>
    public IReadOnlyList<SecretBytes> Secrets => _secrets;

    /// <summary>Takes an answer, that of the CREATE_CHILD_SA first; <paramref name="next"/> is the request that goes on, null when all are done; false for an answer that is not sound.</summary>
    public bool TryAdvance(IkeMessage response, in IkeTurn turn, out ValueList<IkePayload>? next)
    {
        next = null;
        if (_exchange is not null && !TryTake(_exchange, response))
        {
            return false;
        }

        if (!_left.TryDequeue(out var method))
        {
            return true;
        }

        // The blob is the responder's and goes back as it came.
        if (response.FindNotify(NotifyType.AdditionalKeyExchange) is not { } link || !KeyExchangeMethod.TryFind(method, out var found))
        {
            return false;
        }

        _exchange = KeyExchanges.Begin(found!, KeyExchangeRole.Initiator, turn.Entropy);
        next = [new KeyExchangePayload(method, new(_exchange.PublicValue.Span)), new NotifyPayload(NotifyType.AdditionalKeyExchange, link.Data)];
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _exchange?.Dispose();
        _exchange = null;
        foreach (var secret in _secrets)
        {
            secret.Dispose();
        }

        _secrets.Clear();
    }

    private bool TryTake(IKeyExchange exchange, IkeMessage response)
    {
        if (response.Find<KeyExchangePayload>() is not { } value || value.Method != (ushort)exchange.Method.Id
            || exchange.Agree(value.Value.Span, out var secret) != KeyExchangeFault.None || secret is null)
        {
            return false;
        }

        _secrets.Add(secret);
        exchange.Dispose();
        _exchange = null;
        return true;
    }
}
