using System.Text.Json.Serialization;

namespace IpsecDp.Daemon.Commands;

/// <summary>Requests and replies as JSON.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(CommandReply))]
internal sealed partial class CommandForm : JsonSerializerContext;
