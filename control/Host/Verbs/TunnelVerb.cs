using System.CommandLine;
using System.Text.Json;
using IpsecDp.Adapters;
using IpsecDp.Daemon.Commands;
using IpsecDp.Host.Reports;
using Spectre.Console;

namespace IpsecDp.Host.Verbs;

/// <summary><c>tunnel</c>: tells a running data plane's tunnels, and starts, stops and rekeys those IKE makes.</summary>
internal static class TunnelVerb
{
    private const string Help = """
        Asks a running data plane about its tunnels. Only the user it runs as, and root, may.

        Examples:
          sudo ipsecdp tunnel list
          sudo ipsecdp tunnel start Sites
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Makes the verb.</summary>
    public static Command Create() => new("tunnel", Help)
    {
        List(),
        About("start", "Starts a tunnel, whichever way its policy would have it started.", CommandKind.StartTunnel),
        About("stop", "Deletes a tunnel's SAs and tells the peer. A tunnel that starts on demand starts again with the next packet.", CommandKind.StopTunnel),
        About("rekey", "Replaces a tunnel's SAs; no packet is lost.", CommandKind.RekeyTunnel),
    };

    private static Command List()
    {
        var json = new Option<bool>("--json") { Description = "Prints one JSON document" };
        var name = new Argument<string?>("name") { Description = "One tunnel; all without it", Arity = ArgumentArity.ZeroOrOne };
        var place = Place();
        var verb = new Command("list", "Tells every tunnel, its SAs, their life and counters.") { name, json, place };
        verb.SetAction((parsed, _) => ShowAsync(parsed.GetValue(place)!, parsed.GetValue(name), parsed.GetValue(json)));
        return verb;
    }

    private static Command About(string word, string help, CommandKind command)
    {
        var name = new Argument<string>("name") { Description = "The tunnel, by the name \"tunnel list\" tells" };
        var place = Place();
        var verb = new Command(word, help) { name, place };
        verb.SetAction((parsed, _) => AskAsync(parsed.GetValue(place)!, new CommandRequest(command, parsed.GetValue(name))));
        return verb;
    }

    private static Option<string> Place() => new("--control") { Description = "Where the data plane takes commands", DefaultValueFactory = _ => CommandServer.DefaultPath, HelpName = "PATH" };

    private static async Task<int> AskAsync(string place, CommandRequest request)
    {
        try
        {
            var reply = await CommandClient.AskAsync(place, request, Patience).ConfigureAwait(false);
            await (reply.IsDone ? Console.Out : Console.Error).WriteLineAsync(reply.Sentence).ConfigureAwait(false);
            return reply.IsDone ? 0 : 1;
        }
        catch (AdapterException refusal)
        {
            await Console.Error.WriteLineAsync($"ipsecdp tunnel: {refusal.Message}").ConfigureAwait(false);
            return 1;
        }
    }

    private static async Task<int> ShowAsync(string place, string? name, bool isJson)
    {
        try
        {
            var reply = await CommandClient.AskAsync(place, new CommandRequest(CommandKind.ListTunnels, name), Patience).ConfigureAwait(false);
            if (!reply.IsDone)
            {
                await Console.Error.WriteLineAsync(reply.Sentence).ConfigureAwait(false);
                return 1;
            }

            if (isJson)
            {
                Console.WriteLine(JsonSerializer.Serialize(new { Schema = 1, reply.Tunnels }, Form));
            }
            else
            {
                TunnelView.Print(reply.Tunnels ?? [], AnsiConsole.Console);
            }

            return 0;
        }
        catch (AdapterException refusal)
        {
            await Console.Error.WriteLineAsync($"ipsecdp tunnel: {refusal.Message}").ConfigureAwait(false);
            return 1;
        }
    }
}
