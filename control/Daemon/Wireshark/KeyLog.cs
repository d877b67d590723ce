using IpsecDp.Ike;

namespace IpsecDp.Daemon.Wireshark;

/// <summary>Keys of what IKE agrees on, for whoever has to read a capture: off unless asked for, and said aloud at the start and at the end.</summary>
internal sealed class KeyLog : IDisposable
{
    private readonly KeyText _text = new();
    private readonly DaemonLog _log;
    private readonly string _files;
    private readonly KeyFile? _ike;
    private readonly KeyFile? _esp;
    private bool _isBroken;

    private KeyLog(string? ike, string? esp, DaemonLog log)
    {
        _log = log;
        _files = string.Join(" and ", new[] { ike, esp }.OfType<string>());
        try
        {
            _ike = ike is null ? null : KeyFile.Create(ike);
            _esp = esp is null ? null : KeyFile.Create(esp);
        }
        catch (DaemonException)
        {
            _ike?.Dispose();
            throw;
        }
    }

    /// <summary>Whether the keys of IKE SAs are wanted.</summary>
    public bool WantsIke => _ike is not null;

    /// <summary>Opens what is asked for; null for nothing. Throws <see cref="DaemonException"/>.</summary>
    public static KeyLog? Open(DaemonOptions options, DaemonLog log)
    {
        if (options is { IkeKeysFile: null, EspKeysFile: null })
        {
            return null;
        }

        var keys = new KeyLog(options.IkeKeysFile, options.EspKeysFile, log);
        log.Write(DaemonMessage.KeysWritten, $"WARNING: KEYS ARE WRITTEN TO {keys._files}: whoever has the file reads everything this host says under them; delete it when you are done");
        return keys;
    }

    /// <summary>Writes the keys an event holds. Those of an IKE SA are zeroed here; those of a child stay the installer's.</summary>
    public void Tell(IkeEvent happened)
    {
        switch (happened)
        {
            case IkeEvent.KeysRevealed keys:
                using (keys.Initiator)
                using (keys.Responder)
                {
                    IkeTable.Add(_text, keys);
                    Write(_ike);
                }

                break;
            case IkeEvent.ChildInstalled { Child: { Suite: { } suite } child } when EspTable.Knows(suite):
                EspTable.Add(_text, suite, child.Path.Remote, child.Path.Local, child.InboundSpi, child.InboundKeys.Encryption.Reveal(), child.InboundKeys.Integrity.Reveal());
                EspTable.Add(_text, suite, child.Path.Local, child.Path.Remote, child.OutboundSpi, child.OutboundKeys.Encryption.Reveal(), child.OutboundKeys.Integrity.Reveal());
                Write(_esp);
                break;
            case IkeEvent.ChildInstalled { Child: { Suite: { } suite } child }:
                _text.Add($"# ESP SAs 0x{child.InboundSpi:x8} and 0x{child.OutboundSpi:x8}: Wireshark has no name for {suite.Name}\n");
                Write(_esp);
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _text.Dispose();
        _ike?.Dispose();
        _esp?.Dispose();
        _log.Write(DaemonMessage.KeysWritten, $"WARNING: keys were written to {_files}: delete it when you are done");
    }

    // A full disk ends the file and not the negotiation.
    private void Write(KeyFile? file)
    {
        try
        {
            file?.Append(_text);
        }
        catch (IOException refusal)
        {
            Tell(refusal);
        }
        finally
        {
            _text.Clear();
        }
    }

    private void Tell(IOException refusal)
    {
        if (!_isBroken)
        {
            _isBroken = true;
            _log.Write(DaemonMessage.KeysLost, $"keys are missing in {_files} from here on: {refusal.Message}");
        }
    }
}
