using System.Text.Json;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Local;

namespace IpsecDp.Daemon.Commands;

/// <summary>Asks a running data plane.</summary>
public static class CommandClient
{
    /// <summary>Sends a request and gives the reply; throws <see cref="AdapterException"/> where nobody answers, or not in time.</summary>
    public static async Task<CommandReply> AskAsync(string path, CommandRequest request, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            var stream = await OwnerListener.ConnectAsync(path, limit.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                await CommandFrame.WriteAsync(stream, JsonSerializer.SerializeToUtf8Bytes(request, CommandForm.Default.CommandRequest), limit.Token).ConfigureAwait(false);
                var octets = await CommandFrame.ReadAsync(stream, CommandFrame.MostOfReply, limit.Token).ConfigureAwait(false);
                return octets is null ? throw new InvalidDataException("it closed the connection")
                    : JsonSerializer.Deserialize(octets, CommandForm.Default.CommandReply) ?? throw new InvalidDataException("null is no reply");
            }
        }
        catch (Exception refusal) when (refusal is IOException or InvalidDataException or JsonException or OperationCanceledException)
        {
            throw new AdapterException($"the data plane at {path} did not answer: {refusal.Message}", refusal);
        }
    }
}
