using System.Text.Json.Serialization;

namespace IpsecDp.Daemon.Commands;

/// <summary>The commands; their names in a request are these.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CommandKind>))]
public enum CommandKind
{
    /// <summary>Tells every tunnel and its SAs.</summary>
    ListTunnels,

    /// <summary>Starts a tunnel.</summary>
    StartTunnel,

    /// <summary>Deletes a tunnel's SAs; the peer is told.</summary>
    StopTunnel,

    /// <summary>Replaces a tunnel's SAs.</summary>
    RekeyTunnel,
}
